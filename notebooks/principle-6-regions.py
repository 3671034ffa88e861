# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # Principle 6. Regions: burdens, hubs and partners
#
# > *The alliance encourages burden-sharing in defense spending, modernization of forces, and confidence-building measures with neighboring
# > regions. [...] In the Indo-Pacific, defense cooperation emphasizes a network of security commitments. [...] In regions facing rising
# > instability, defense cooperation often takes the form of capacity-building programs.*
#
# Three regions, three shapes of cooperation: many who share one defence, one hub with spokes, and a rich partner who equips a poor one.

# %%
import deterrence as dt
from deterrence.teaching import explore, region_exercise, verdicts

table = dt.data("burden-2014-2024")
dt.figures.burden_chart(table, share="share_2024", size="gdp_2023", before="share_2014", pledge=2)

# %% [markdown]
# ## Predict
#
# An aggressor faces two states, each allied to the same hub and not to one another. Their neighbour's fall would cost them `L`; to help costs
# `c`. Is a second treaty, between the two, needed to deter?
#
# ## Solve

# %%
game = dt.load("alliance-formation/hub-and-spokes")
theory = dt.derive(game)
for line in dt.check(game).lines:
    if line.what.startswith("result"):
        print(line.what, "|", line.verdict)

# %% [markdown]
# What makes a network out of a hub and its spokes is not a treaty but the stake that each has in the other (`stake_A >= c`).
#
# ## See

# %%
drawn = dt.figures.parameter_map(theory, x="L_A", y="L_B", spans=((0, 6), (0, 6)))
dt.figures.region_map(drawn)

# %% [markdown]
# ## Vary

# %%
explore(game, "L_A", "L_B", "c")

# %% [markdown]
# ## Where it breaks
#
# If only one of the two would help, the attack is merely turned on the one that nobody helps. And a hub that bears every link itself may
# not want to: with links of middling cost a hub with spokes is efficient, but not stable. How many links last?

# %%
network = dt.load("alliance-commitment/hub-and-spoke")
for cost in (0.2, 0.375, 0.6):
    answer = dt.solve(network, at={"c": cost})
    links = answer.quantity("total(links)")[0]
    print(f"a link costs {cost}: stable networks have", sorted({int(x) for x in links[links == links]}), "links")

# %% [markdown]
# A rich partner who builds capacity at a poor one's faces a third question, cash or kind:

# %%
capacity = dt.load("free-riding/capacity-building")
for poor in (2, 4, 8):
    answer = dt.solve(capacity, at={"w_2": poor})
    print(f"poor partner's income {poor}: help in kind", float(answer.quantity("choice(h)")[0]))

# %% [markdown]
# ## Verdict

# %%
verdicts("C1", "C2", "C4", "C5")

# %% [markdown]
# ## Exercise
#
# Exactly where does every equilibrium of the hub with its spokes have peace?

# %%
exercise = region_exercise(theory, "P(peace) == 1")
exercise

# %%
exercise.check("stake_A > c and stake_B > c")

# %%
exercise.solution()

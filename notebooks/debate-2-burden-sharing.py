# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # Debate 2. Free riders and burden sharing
#
# > *The concern is that some allies enjoy security benefits without paying a fair share of costs. The response is that credible
# > commitments are reinforced by transparent budgets, performance standards, and reciprocal arrangements that raise the political price
# > of reneging on obligations.*
#
# Defence that protects one ally protects all. Then why pay? Two allies with incomes `w` choose what to give to the common defence.

# %%
import deterrence as dt
from deterrence.teaching import explore, number_exercise, verdicts

game = dt.load("free-riding/alliance-public-good")
dt.figures.best_replies(dt.figures.reply_curves(game))

# %% [markdown]
# ## Predict
#
# One ally has an income of 12, the other of 9, and both like defence equally. Who pays the larger *share* of its income? And if the
# smaller ally's income falls to 3?
#
# ## Solve

# %%
solution = dt.solve(game, at={"w_2": [9, 6, 3]})
for k, income in enumerate((9, 6, 3)):
    one, two = (float(solution.quantity(f"g({ally})")[k, 0]) for ally in (1, 2))
    print(
        f"incomes 12 and {income}: shares {one / 12:5.1%} and {two / income:5.1%}, certified: {solution.certified[k]}"
    )

# %% [markdown]
# The larger ally pays the larger share, and below half its income the smaller one pays nothing at all. This is the *exploitation of the
# great by the small* (Olson and Zeckhauser 1966).
#
# ## See
#
# What do real allies do? These are NATO's own figures: the share of defence in the product of 31 allies, largest economy on top.

# %%
table = dt.data("burden-2014-2024")
dt.figures.burden_chart(table, share="share_2024", size="gdp_2023", before="share_2014", pledge=2)

# %% [markdown]
# No sign of exploitation: the rank correlation of size and share is about zero. In 1964 it was different.

# %%
dt.figures.burden_chart(dt.data("burden-1964"), share="share", size="gnp")

# %% [markdown]
# ## Vary
#
# How much does the larger ally pay as the other's income, or its taste for defence, changes?

# %%
explore(game, "w_1", "w_2", "alpha_2")

# %% [markdown]
# ## Where it breaks
#
# Put the real products of 2023 into the pure model, with one taste for all. The model says who pays.

# %%
allies = dt.load("free-riding/thirty-one-allies")
answer = dt.solve(allies)
paying = [p.name.removeprefix("w_") for p in allies.parameters if p.name.startswith("w_")]
print("who pays:", [name for name in paying if float(answer.quantity(f"g({name})")[0]) > 1e-9])

# %% [markdown]
# One ally, alone. All allies do spend, so the pure model is refuted by the record. What it lacks is that defence also
# serves whoever pays for it: with such *joint products* provision comes closer to what is efficient.

# %%
line = dt.check(dt.load("free-riding/joint-products")).lines[-1]
print(line.what, "|", line.verdict)

# %% [markdown]
# And the proponents' remedy? A pledge can enforce itself among allies who meet year after year, if they are patient enough. Better monitoring
# and a political price for breaking it lower the patience that is needed; false alarms raise it.

# %%
pledge = dt.derive(dt.load("free-riding/pledge-noisy-monitoring"))
print(dt.sign_table(pledge, of=["d_star"], wrt=["p_1", "p_0", "n"]))

# %% [markdown]
# ## Verdict

# %%
verdicts("E2")

# %% [markdown]
# **What a critic learns.** In the pure model the complaint is a theorem. In the data of today it is not there.
#
# **What a proponent learns.** Transparency works through patience: it makes an agreement possible that was not, and a pledge with many false
# alarms makes it impossible. And elections do not help by themselves: voters gain by electing a government that cares less than they do.
#
# ## Exercise
#
# Incomes are 12 and 9. By how much does the sum of contributions fall short of the efficient sum?

# %%
exercise = number_exercise(
    "The efficient sum less the sum in equilibrium, at incomes 12 and 9:",
    lambda: 10.5 - float(dt.solve(game).quantity("aggregate(G)")[0]),
)
exercise

# %%
exercise.check(2)

# %%
exercise.solution()

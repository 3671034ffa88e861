# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # Debate 5. Democratic governance and human rights
#
# > *There is debate over whether defense cooperation should privilege values or pragmatic deterrence. Proponents emphasize that many
# > partnerships are built on shared norms of governance, civilian oversight, and rule-of-law commitments, and that strategic cooperation
# > can advance stability even in imperfect contexts.*
#
# One claim in it can be put to a test: that open politics makes a government's threats more believable, and so war rarer. A Government
# threatens or stays silent; the target concedes or resists; a resisted Government fights or backs down, and pays `a` at home for that.

# %%
import deterrence as dt
from deterrence.teaching import explore, region_exercise, verdicts

game = dt.load("governance/democratic-signalling")
dt.figures.tree(game, width=6.5)

# %% [markdown]
# ## Predict
#
# Make backing down more expensive at home (`a` up). Is there more war, or less?
#
# ## Solve

# %%
theory = dt.derive(game)
theory

# %% [markdown]
# ## See

# %%
lines = dt.figures.parameter_lines(theory, of="P(war)", wrt="a")
dt.figures.statics_lines(lines)

# %% [markdown]
# ## Vary

# %%
explore(game, "a", "p", "c")

# %% [markdown]
# ## Where it breaks
#
# Now let an Opposition that knows what the Government knows support the threat in public, or oppose it. If it gains by exposing
# bluffs there is an equilibrium without bluffs and without war:

# %%
opposed = dt.derive(dt.load("governance/opposition-signalling"))
print(dt.prove(opposed, "in some equilibrium P(war) == 0"))
print(dt.prove(opposed, "P(war) == 0"))

# %% [markdown]
# In *some* equilibrium, not in every one: where the Opposition supports every threat its support is no news, and nothing is gained.
# Institutions open a possibility; they do not select it.
#
# And values against deterrence? A condition on a partner is credible only when the supplier could do without it. Exactly where
# it is not:

# %%
condition = dt.load("export-controls/conditionality")
for line in dt.check(condition).lines:
    if line.what.startswith("result"):
        print(line.what, "|", line.verdict)

# %% [markdown]
# How patient, how needy? The more the partner matters strategically (`S`), the weaker the condition:

# %%
strong, weak = (dt.solve(condition, at={"S": s}) for s in (0.5, 5))
print("a partner of little weight: kept with probability", float(strong.probability("kept")[0]))
print("an indispensable partner: kept with probability", float(weak.probability("kept")[0]))

# %% [markdown]
# ## Verdict

# %%
verdicts("E5")

# %% [markdown]
# **What one side learns.** Conditions on partners that one cannot do without are words. **What the other learns.** Costs of backing down do
# lower the risk of war among those who bluff; with the least costs that separate, tying hands pays more than sinking costs *and* brings more war.
#
# ## Exercise
#
# Without an opposition: exactly where does some equilibrium have no war?

# %%
exercise = region_exercise(theory, "in some equilibrium P(war) == 0")
exercise

# %%
exercise.check("p > p_star")

# %%
exercise.solution()

# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # Principle 5. Industrial base and procurement
#
# > *Defense procurement shared with allies can lower costs, accelerate modernization, and promote interoperability. However, it also requires
# > careful management to prevent over-dependence on a single supplier.*
#
# A buyer keeps up to three suppliers, at a cost `K` each. A supplier is cut off with probability `q`, partly for reasons that
# strike all at once (`rho`). Being cut off by all costs `L`.

# %%
import deterrence as dt
from deterrence.teaching import explore, region_exercise, verdicts

game = dt.load("procurement/second-source")
theory = dt.derive(game)
[p.name + ": " + p.meaning for p in game.parameters]

# %% [markdown]
# ## Predict
#
# When is a second source worth most: with safe suppliers, with risky ones, or with hopeless ones?
#
# ## Solve

# %%
print(dt.statics(theory, of="second", wrt="q"))
print(dt.statics(theory, of="second", wrt="rho").monotone)

# %% [markdown]
# In the middle. And the more the risks are common, the less it is worth: two suppliers in the same place are one.
#
# ## See

# %%
drawn = dt.figures.parameter_map(game, x="q", y="rho")
dt.figures.region_map(drawn)

# %% [markdown]
# ## Vary

# %%
explore(game, "q", "rho", "K")

# %% [markdown]
# ## Where it breaks
#
# Sharing procurement saves money if one line is enough. But each ally wants the line at home, and where that is worth much to each, both
# insist, and both lose by it:

# %%
work = dt.derive(dt.load("procurement/workshare"))
print(dt.weakest_condition(work, "in some equilibrium P(two lines) == 1"))
print(dt.prove(work, "j < j_least => P(two lines) < 1"))

# %% [markdown]
# And who invests when the gains are divided afterwards? Each for its own share: no division makes both invest efficiently.
#
# ## Verdict

# %%
verdicts("A9", "D1", "D2")

# %% [markdown]
# ## Exercise
#
# Exactly where is one line agreed on in some equilibrium?

# %%
exercise = region_exercise(work, "in some equilibrium P(one line) == 1")
exercise

# %%
exercise.check("j <= j_fair")

# %%
exercise.solution()

# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # Debate 4. The risk of escalation
#
# > *Some worry that deepening security cooperation could drum up entangling alliances. Advocates maintain that well-communicated red
# > lines, deconfliction mechanisms, and crisis-management protocols reduce the chance of miscalculation and provide options for peaceful
# > resolution.*
#
# A Defender announces a red line or keeps silent. A Challenger then tries a small or a large incursion. A firm Defender fights the
# large one; a lax one lets it pass, and pays `kappa` at home if it had drawn the line.

# %%
import deterrence as dt
from deterrence.teaching import explore, region_exercise, verdicts

game = dt.load("crisis-management/red-lines")
dt.figures.tree(game, width=7)

# %% [markdown]
# ## Predict
#
# Words are free when `kappa` is zero. Does a red line then lower the chance of a large incursion? Does it with a large `kappa`?
#
# ## Solve

# %%
theory = dt.derive(game)
theory

# %% [markdown]
# ## See

# %%
drawn = dt.figures.parameter_map(theory, x="mu", y="kappa", of="P(fighting)")
dt.figures.region_map(drawn)

# %% [markdown]
# Two regions. Where the Defender is known to be firm often enough, no line is needed: silence is respected as well. Elsewhere no line is
# respected for certain, whatever is announced.
#
# ## Vary

# %%
explore(game, "mu", "kappa", "w")

# %% [markdown]
# ## Where it breaks
#
# What does the audience cost do, then? It lowers how often a line is crossed, *within* the equilibrium in which the lax bluff:

# %%
print(dt.statics(theory, of="P(fighting)", wrt="kappa"))

# %% [markdown]
# Deconfliction is another matter. In Chicken both sides may collide since neither knows what the other will do; a mediator's private
# advice is enough to remove the collision. But a *safer* collision can be a more likely one:

# %%
chicken = dt.derive(dt.load("crisis-management/chicken"))
print(dt.statics(chicken, of="P(collision)", wrt="P"))

# %% [markdown]
# Here `P` is what a collision is worth: the milder it is, the more often both stand firm. Technical safety is not strategic safety.
#
# And the fear of entanglement? An ally's reliability `r` brings war in a middle band, and only there:

# %%
lines = dt.figures.parameter_lines(dt.derive(dt.load("alliance-commitment/reliability")), of="P(war)", wrt="r")
dt.figures.statics_lines(lines)

# %% [markdown]
# ## Verdict

# %%
verdicts("E4")

# %% [markdown]
# **What a worrier learns.** More reliable is not always safer: there is a band. **What an advocate learns.** Lines that cost nothing to
# cross are words; the cost of being caught bluffing is what makes them work, and only in part.
#
# ## Exercise
#
# Exactly where does some equilibrium have no fighting at all?

# %%
exercise = region_exercise(theory, "in some equilibrium P(fighting) == 0")
exercise

# %%
exercise.check("mu > 1/2")

# %%
exercise.solution()

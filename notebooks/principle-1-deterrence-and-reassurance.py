# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # Principle 1. Deterrence and reassurance
#
# > *A credible defense posture against potential aggressors is reinforced by reliable allies and interoperability, reducing the chance of
# > miscalculation in crisis situations.*
#
# Two sentences in one: a credible posture deters, and it does not frighten. The first is about a Challenger who wants more; the second about
# a rival who wants peace and fears that you do not. Here are both.

# %%
import deterrence as dt
from deterrence.teaching import explore, region_exercise, verdicts

game = dt.load("alliance-commitment/unilateral-deterrence")
dt.figures.tree(game, width=7)

# %% [markdown]
# ## Predict
#
# The Defender becomes more credible: it is more likely to prefer a fight to giving in. Does war become less likely?
#
# ## Solve
#
# Every perfect Bayesian equilibrium that survives D1, from the tree and the order of payoffs alone:

# %%
theory = dt.derive(game, refinement="D1")
theory

# %% [markdown]
# ## See

# %%
drawn = dt.figures.parameter_map(theory, x="p_Ch", y="p_Def", of="P(war)")
dt.figures.event_map(drawn)

# %% [markdown]
# War is flat in credibility at the bottom, rises with it in the middle, and is impossible at the top. "More credible, less war" is true
# across the upper threshold and false below it.
#
# ## Vary

# %%
explore(game, "p_Def", "p_Ch", "c_SQ")

# %% [markdown]
# ## Where it breaks
#
# Raise the value of the status quo to the Challenger (`c_SQ`) and both thresholds fall: a satisfied rival is deterred by less.
# Reassurance and deterrence meet here. But in a stag hunt between two states that both prefer peace, the same weapons do something else:

# %%
fear = dt.load("security-dilemma/strategic-risk")
for victim in (-1, -2, -4):
    answer = dt.solve(fear, at={"S": victim})
    print(f"fate of the one struck first {victim}: peace from", round(float(answer.quantity("cutoff(peace_1)")[0]), 3))

# %% [markdown]
# The worse the fate of whoever is struck first, the better peace must be to survive. Known to all, weapons deter; seen with a little noise, they
# frighten more than they deter.
#
# ## Verdict

# %%
verdicts("A4", "A12")

# %% [markdown]
# ## Exercise
#
# In the game above (all equilibria, no refinement): exactly where is there no war in any of them?

# %%
exercise = region_exercise(dt.derive(game), "P(war) == 0")
exercise

# %%
exercise.check("p_Def >= t_hard")

# %% [markdown]
# Look closely at the reply: at the edge itself two equilibria meet.

# %%
exercise.solution()

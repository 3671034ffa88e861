# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # Principle 2. Basing and tripwires
#
# > *The disposition of forces, pre-positioned equipment, and access to bases or facilities abroad shorten deployment times and enhance
# > deterrence credibility.*
#
# Forces stationed forward do two things. They are lost if the Defender gives in (that ties its hands), and they help it win (that
# denies). Each unit costs `k` whatever happens.

# %%
import deterrence as dt
from deterrence.teaching import explore, number_exercise, verdicts

game = dt.load("alliance-commitment/tripwire")
game

# %% [markdown]
# ## Predict
#
# A small deployment makes the Defender's threat credible. Does it also deter?
#
# ## Solve

# %%
answer = dt.solve(game)
for quantity in ("choice(f)", "response(attack)", "response(fight)", "U(Defender)"):
    print(quantity, float(answer.quantity(quantity)[0]))

# %% [markdown]
# Two levels matter: `f_cred`, from which the Defender would fight, and `f_den`, from which the Challenger would lose by attacking. Only the larger of the
# two deters. Between them a deployment buys war: the Defender fights, and the Challenger does not mind.
#
# ## See

# %%
lines = dt.figures.parameter_lines(game, of="choice(f)", wrt="c_C", span=(0.3, 0.75))
dt.figures.statics_lines(lines)

# %% [markdown]
# ## Vary

# %%
explore(game, "gamma", "tau", "c_C")

# %% [markdown]
# ## Where it breaks
#
# Reinforcements in sight need not be where the attack comes. With one reserve and three bases, the Defender must cover at random:

# %%
bases = dt.derive(dt.load("alliance-commitment/security-game"))
bases

# %% [markdown]
# ## Verdict

# %%
verdicts("B6", "A5")

# %% [markdown]
# **What to take home.** A tripwire works when it is large enough to deter, and is worse than nothing when it is only large enough to
# commit. After Schelling; with the two kinds of cost kept apart as in Slantchev.
#
# ## Exercise
#
# At the defaults, what is the smallest deployment that deters?

# %%
exercise = number_exercise("The smallest deployment that deters:", lambda: float(answer.quantity("choice(f)")[0]))
exercise

# %%
exercise.check(0.5)

# %%
exercise.solution()

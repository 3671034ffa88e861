# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # Principle 3. Intelligence and cyber defence
#
# > *Timely access to intelligence products and cyber defense collaboration reduce battlefield uncertainty and improve resilience against
# > hybrid threats.*
#
# A rising state may arm in secret. Its rival detects that with probability `q`, never by mistake, and attacks or not.

# %%
import deterrence as dt
from deterrence.teaching import explore, region_exercise, verdicts

game = dt.load("export-controls/covert-arming")
dt.figures.tree(game, width=6.5)

# %% [markdown]
# ## Predict
#
# Intelligence improves: `q` goes up. Is there more secret arming, or less? And how often is a state attacked that has *not* armed?
#
# ## Solve

# %%
theory = dt.derive(game)
theory

# %% [markdown]
# ## See

# %%
lines = dt.figures.parameter_lines(theory, of="P(mistaken war)", wrt="q", span=(0, 0.9))
dt.figures.statics_lines(lines)

# %% [markdown]
# Mistakes become rarer. Yet the rate of arming *rises*: a rival that sees more attacks less on suspicion, and so arming pays more often, until detection is good enough and it stops at once.

# %%
print(dt.statics(theory, of="x", wrt="q").monotone, "rate of arming;", end=" ")
print(dt.weakest_condition(theory, "P(status quo) == 1"))

# %% [markdown]
# ## Vary

# %%
explore(game, "q", "k", "w")

# %% [markdown]
# ## Where it breaks
#
# In cyberspace the question is who did it. Detecting a second attacker by the same signal blurs the attribution of the first,
# and deterrence of both can be worse than with no detection of the second at all:

# %%
blur = dt.load("crisis-management/attribution-backfire")
answer = dt.solve(blur, at={"e": [0.01, 0.2, 0.4, 0.6, 0.9]})
total = sum(answer.quantity(f"P({who} attacks)")[:, 0] for who in ("One", "Two"))
print("attacks in all:", total.round(3))

# %% [markdown]
# And a network is as strong as the trust in it: with `c` between two values everybody protects itself, or nobody does.

# %%
for line in dt.derive(dt.load("free-riding/cyber-security")).table().tiling[:3]:
    print(line)

# %% [markdown]
# ## Verdict

# %%
verdicts("B3", "B4")

# %% [markdown]
# ## Exercise
#
# Exactly where is nobody attacked by mistake in any equilibrium?

# %%
exercise = region_exercise(theory, "P(mistaken war) == 0")
exercise

# %%
exercise.check("q >= q_star")

# %%
exercise.solution()

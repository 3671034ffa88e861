# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # Principle 4. Interoperability and standardisation
#
# > *Common standards, compatible logistics, and joint training enable forces to operate together rapidly in complex environments.*
#
# Two of three equal states pool their efforts against the third. Their effort counts `theta` times the outsider's: that is how well they
# work together. The prize is worth `h` to each, more if they divide it in peace.

# %%
import deterrence as dt
from deterrence.teaching import explore, number_exercise, verdicts

game = dt.load("alliance-commitment/alliance-paradox")
game

# %% [markdown]
# ## Predict
#
# Two against one, equally strong (`theta` = 1). Do the two do better than each would alone?
#
# ## Solve

# %%
answer = dt.solve(game, at={"theta": [1, 1.5, 2, 3], "h": 0.5})
for theta, win in zip((1, 1.5, 2, 3), answer.quantity("x(Alliance)")[:, 0], strict=True):
    print(f"theta {theta}: joint effort {win:.3f}")

# %% [markdown]
# ## See

# %%
drawn = dt.figures.parameter_lines(game, of="U(Outsider)", wrt="theta", span=(0.5, 4), at={"h": 0.5})
dt.figures.statics_lines(drawn)

# %% [markdown]
# ## Vary

# %%
explore(game, "theta", "h")

# %% [markdown]
# ## Where it breaks
#
# Numbers alone do nothing: an alliance that pools equal efforts gains nothing by it, and one that fights over the spoils loses. Exactly where membership pays, decided by proof:

# %%
print(verdicts("A7", "B2"))

# %% [markdown]
# A common standard has to be agreed first. Each prefers its own, and both prefer one to none: a coordination problem, which talk can solve.

# %%
standard = dt.load("alliance-commitment/common-standard")
dt.figures.payoff_matrix(standard)

# %% [markdown]
# ## Verdict

# %%
verdicts("A7")

# %% [markdown]
# ## Exercise
#
# How much does the outsider get when the two work together twice as well (`theta` = 2) and share in peace (`h` = 1/2)?

# %%
exercise = number_exercise(
    "The outsider's payoff at theta = 2, h = 1/2:",
    lambda: float(dt.solve(game, at={"theta": 2, "h": 0.5}).quantity("U(Outsider)")[0]),
)
exercise

# %%
exercise.check(0.25)

# %%
exercise.solution()

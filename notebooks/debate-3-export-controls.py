# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # Debate 3. Export controls and moral posturing
#
# > *Critics argue that controls can hamstring legitimate defense relationships with allies and hinder allied modernization. Defenders
# > maintain that governance standards and risk-based controls are essential to prevent arms from fueling abuses, while still allowing
# > legitimate, mutually beneficial transfers under strict oversight.*
#
# Two suppliers of a sensitive good each control it or sell it. A sale earns `pi`, a shared market `s`; a sale by anybody costs both `L` in
# security; with probability `f` an outsider sells anyway.

# %%
import deterrence as dt
from deterrence.teaching import explore, region_exercise, verdicts

game = dt.load("export-controls/multilateral-control")
dt.figures.payoff_matrix(game)

# %% [markdown]
# ## Predict
#
# The harm of a sale is larger than all profits. Will the suppliers hold the line?
#
# ## Solve

# %%
theory = dt.derive(game)
theory

# %% [markdown]
# They may, and they may not: both are equilibria, for the same numbers. Control is a matter of trust, and the third equilibrium says how much.
#
# ## See

# %%
drawn = dt.figures.parameter_map(theory, x="f", y="L", spans=((0, 1), (0, 10)), of="P(mutual control)")
dt.figures.region_map(drawn)

# %% [markdown]
# ## Vary
#
# Foreign availability `f` is the slider to watch.

# %%
explore(game, "f", "L", "s")

# %% [markdown]
# ## Where it breaks
#
# Is control always better for the suppliers than open sale? Exactly where:

# %%
print(dt.weakest_condition(theory, "joint_gain > 0"))
print(dt.weakest_condition(theory, "in some equilibrium P(mutual control) == 1"))

# %% [markdown]
# Between these two conditions lies the critics' point: control would be good for both and nobody keeps it. And what of conditions on
# single partners? A supplier that needs the partner cannot afford to cut it off, and the partner knows.

# %%
condition = dt.derive(dt.load("export-controls/conditionality"))
print(
    dt.weakest_condition(condition, "in some equilibrium P(kept) == 1")
    if "kept" in condition.game.tree.events
    else condition.table()
)

# %% [markdown]
# The defenders' best instrument is oversight that is announced and kept to. The same rate of inspections that achieves nothing when it is a
# best reply deters every violation when it is a promise.

# %%
inspections = dt.load("export-controls/announced-inspections")
answer = dt.solve(inspections)
for quantity in ("choice(m)", "response(violate)"):
    print(quantity, float(answer.quantity(quantity)[0]))

# %% [markdown]
# ## Verdict

# %%
verdicts("E3")

# %% [markdown]
# **What a critic learns.** Controls by one supplier among many are a gift to the others: availability abroad destroys the
# equilibrium, not just its effect. **What a defender learns.** Where the harm is large and availability low, control holds
# once it is trusted; and announced inspections leave trade alone.
#
# ## Exercise
#
# Exactly where is selling a best reply to a supplier that controls? Write a condition on `f`, `pi`, `L`, `s` under which some
# equilibrium has both control.

# %%
exercise = region_exercise(theory, "in some equilibrium P(mutual control) == 1")
exercise

# %%
exercise.check("L >= pi")

# %%
exercise.solution()

# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # Debate 1. Entanglement versus sovereignty
#
# > *Critics fear that security commitments can constrain national decision-making. Proponents counter that credible alliances
# > reduce the chance of aggression and give states more leverage in diplomacy, while preserving sovereignty through domestic oversight
# > and competitive elections.*
#
# Both sides speak of the same thing: a promise to fight for somebody else. Here is the smallest game in which both can be right.
# A **Challenger** makes a demand on a **Protege**. The Protege gives in or stands firm. If it stands firm its **Defender** comes to
# its help with probability `sigma`: that is the commitment, and everybody knows it.

# %%
import deterrence as dt
from deterrence.teaching import explore, region_exercise, verdicts

game = dt.load("entanglement/tripartite-crisis")
dt.figures.tree(game, width=6.5)

# %% [markdown]
# ## Predict
#
# The Defender thinks of raising its commitment from 0.2 to 0.4, and later to 0.8. What happens to the risk of war at each step?
# Write your answer down before you go on. Most people say that it falls, or that it rises. Both are wrong.
#
# ## Solve
#
# The software derives every equilibrium from the game above: no numbers are put in, only the order of the payoffs.

# %%
theory = dt.derive(game)
theory

# %% [markdown]
# Little commitment makes the Protege give in. Much commitment makes the Challenger stay at home. In between the Protege is firm, the
# Challenger is not yet afraid, and the crisis comes.
#
# ## See

# %%
lines = dt.figures.parameter_lines(theory, wrt="sigma", of="P(war)")
dt.figures.statics_lines(lines)

# %% [markdown]
# War jumps up at one threshold, climbs with the commitment, and drops to zero at the other. The slope between them is exactly one:

# %%
print(dt.statics(theory, of="P(war)", wrt="sigma"))

# %% [markdown]
# ## Vary
#
# Move the sliders. A worse war for the Challenger (`w_C`) moves the upper threshold; a Protege that fears being left alone less
# (`r_P`) moves the lower one. Can you make the dangerous band disappear?

# %%
explore(game, "sigma", "w_C", "r_P")

# %% [markdown]
# ## Where it breaks
#
# The band is empty when the Protege needs more support to stand firm than the Challenger needs to be deterred. Then, it seems, every
# commitment is harmless: too small to matter, or large enough to deter. Is it so?

# %%
print(dt.prove(theory, "sigma_hold > sigma_det => P(war) == 0"))

# %% [markdown]
# No! At exactly `sigma == sigma_hold` the Protege does not care whether it gives in or stands firm, and if it tosses a coin the
# Challenger may try. It is a knife edge, a single value of the commitment, and easily overlooked. Leave it out, and the proof goes through:

# %%
print(dt.prove(theory, "sigma_hold > sigma_det and (sigma < sigma_hold or sigma > sigma_hold) => P(war) == 0"))

# %% [markdown]
# Two more things the picture leaves out. First, the Defender *chose* nothing here. When it decides in the crisis itself, only the
# extreme commitments are credible and there is no war at all: with known payoffs the danger comes from half-hearted promises that can be kept.

# %%
dt.derive(dt.load("entanglement/tripartite-crisis-choice"))

# %% [markdown]
# Second, sovereignty. A government whose agreements must be ratified at home may do better abroad for it, as long as the
# ratifier is not too close to the status quo. That is the leverage that proponents speak of, and its limit.

# %%
agreement = dt.load("governance/two-level-game")
ratifiers = [-1, 0.25, 0.5, 0.75, 2]
solution = dt.solve(agreement, at={"r": ratifiers})
for ratifier, x in zip(ratifiers, solution.quantity("choice(x)")[:, 0], strict=True):
    print(f"ideal point of the ratifier {ratifier:5}: the agreement is {x:.2f}, the government wants 1.00")

# %% [markdown]
# ## Verdict
#
# For both sides, every proposition over its own model, decided when this page was made:

# %%
verdicts("E1")

# %% [markdown]
# **What a critic learns.** The fear is right in a band: there, each further bit of commitment is a bit more risk of war.
#
# **What a proponent learns.** Beyond the band commitment deters, and it is the step across that counts. A commitment raised by
# a little is the worst of both; so is one that is lowered by a little from a safe level.
#
# ## Exercise
#
# Exactly where does no equilibrium of the game have war? Answer with a condition on `sigma`, `sigma_hold` and `sigma_det`.

# %%
exercise = region_exercise(theory, "P(war) == 0")
exercise

# %%
exercise.check("sigma > sigma_det")

# %%
exercise.solution()

# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # How to derive and prove your own game
#
# You have a tree in mind and a proposition to check. Write the tree down, let the engine derive every equilibrium, and put
# the proposition to the test. The game: a Guarantor may be steadfast or weak; a Rival probes it or waits.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import deterrence as dt
from deterrence.teaching import region_exercise

# %% [markdown]
# ## Write it down
#
# A model file is data: players with their types, moves, outcomes with payoffs. `deterrence new` writes one to start from.

# %%
TEXT = """format = 1
[model]
title = "A guarantor of unknown resolve"
form = "extensive"
assume = ["0 < loss", "0 < gain", "0 < cost"]
[parameters]
s = { default = 0.3, domain = "probability", meaning = "the Guarantor is steadfast" }
gain = { default = 0.5, meaning = "Rival: a probe that is let pass" }
loss = { default = 1, meaning = "Rival: a probe that is resisted" }
cost = { default = 0.4, meaning = "weak Guarantor: resisting" }
"""

# %%
TEXT += """[players]
Guarantor = { steadfast = "s", weak = "1 - s" }
Rival = {}
[tree]
root = { mover = "Rival", wait = "peace", probe = "reply" }
reply = { mover = "Guarantor", resist = "clash", yield = "retreat" }
[outcomes]
peace = { Rival = 0, Guarantor = 0 }
clash = { Rival = "-loss", Guarantor = { steadfast = -0.5, weak = "-1 - cost" } }
retreat = { Rival = "gain", Guarantor = -1 }
"""

# %%
with TemporaryDirectory() as folder:
    path = Path(folder) / "mine.toml"
    path.write_text(TEXT, encoding="utf-8")
    game = dt.read_game(path)
dt.figures.tree(game, width=6)

# %% [markdown]
# ## Derive

# %%
theory = dt.derive(game)
theory

# %% [markdown]
# ## Prove, or be refuted

# %%
print(dt.prove(theory, "s > gain/(gain + loss) => P(clash) == 0"))
print(dt.prove(theory, "P(clash) <= 1/4"))
print(dt.weakest_condition(theory, "P(clash) <= 1/4"))

# %% [markdown]
# ## Comparative statics, with signs proved

# %%
print(dt.statics(theory, of="P(clash)", wrt="s"))

# %% [markdown]
# ## Paste into the paper
#
# `theory.latex()` is a proposition with a sketch of its proof, ready for a document with `amsthm`:

# %%
print(theory.latex(knife_edges=False)[:700])

# %% [markdown]
# ## Your turn
#
# Exactly where does no equilibrium have a clash?

# %%
exercise = region_exercise(theory, "P(clash) == 0")
exercise.check("s >= gain/(gain + loss)")

# %%
exercise.solution()

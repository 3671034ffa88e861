# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # How to give a lesson
#
# You have an hour and a class. The software makes a page that students open without installing anything; this notebook is the hour.

# %%
import deterrence as dt
from deterrence.teaching import explore

game = dt.load("crisis-management/audience-cost")
dt.figures.tree(game, width=6.5)

# %% [markdown]
# ## Ten minutes: the story
#
# A leader may threaten in public. Giving way after a threat costs an extra `a` at home. Ask the class: does a larger `a` make war more
# likely, or less? Let them vote.
#
# ## Twenty minutes: the page
#
# From the command line, once, before the lesson:
#
# ```sh
# deterrence classroom crisis-management/audience-cost -o audience-cost.html
# ```
#
# or from here. The file works from a memory stick; it asks students to predict before they look.

# %%
page = dt.lesson_html(dt.derive(game))
print(f"one file of {len(page) // 1000} kB that loads nothing:", "src=" not in page and "href=" not in page)

# %% [markdown]
# Students move the sliders, watch the map, and write down strategies of their own; the page tells them who would deviate and by which sum.
#
# ## Ten minutes: what happened

# %%
theory = dt.derive(game)
theory

# %%
explore(game, "a", "mu", "c")

# %% [markdown]
# ## Ten minutes: who deviates?
#
# Put a wrong strategy on the board and let the class find the fault. The software finds it too, with the arithmetic:

# %%
profile = {
    "Defender": {
        "resolved": {"speak": "threaten", "committed": "fight", "free": "fight"},
        "unresolved": {"speak": "threaten", "committed": "yield", "free": "yield"},
    },
    "Challenger": {"threat": "wait", "silence": "challenge"},
}
told = dt.explain(game, profile, at={"a": 0.5, "mu": 0.25})
print(told)

# %% [markdown]
# Everybody threatens; then a threat says nothing, and the Challenger should call it.

# %% [markdown]
# ## Ten minutes: the moral
#
# Which conclusion survives in every equilibrium, and which only in some? Ask the engine:

# %%
print(dt.prove(theory, "a > -w_L => P(fighting) == 0"))
print(dt.prove(theory, "P(fighting) == 0"))

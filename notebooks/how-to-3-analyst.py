# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # How to stress-test a commitment
#
# You have a commitment, ranges instead of numbers, and levers with costs. Where does it break, which lever repairs it, and how sure are you?

# %%
import deterrence as dt

scenario = dt.load_scenario("eastern-flank")
print(scenario.question)
print("levers:", ", ".join(scenario.levers))

# %% [markdown]
# A scenario is a file: a model, reference values, uncertain ranges with their reason, levers with costs, and what counts as success. All
# values in this one are illustrative. Two rival models of the same commitment stand side by side.

# %%
report = dt.stress(scenario, samples=4096, seed=1)
for case in report.cases:
    print(
        case.case.title,
        "|",
        case.reference.name.lower(),
        "|",
        {outcome.name.lower(): round(share, 2) for outcome, share in case.shares.items() if share},
    )

# %% [markdown]
# `ambiguous` means that it depends on the equilibrium. That is an answer, not a failure: it says that what is played matters.
#
# ## How close is the edge?
#
# Break-even values, all else equal. Fractions are exact: a boundary of the theory is crossed there.

# %%
for change in report.cases[0].break_even:
    at = change.exact if change.exact is not None else round(change.value, 4)
    print(f"{change.parameter} at {at}: {change.below.name.lower()} below, {change.above.name.lower()} above")

# %%
dt.figures.margins(report.cases[0])

# %% [markdown]
# ## What goes wrong together?

# %%
for box in report.cases[0].boxes:
    print(box.sentence)

# %% [markdown]
# ## Which lever?
#
# Criteria disagree. That is worth knowing before the meeting.

# %%
dt.figures.regret_map(report.cases[0])

# %% [markdown]
# ## One page
#
# ```sh
# deterrence stress eastern-flank --report memo.html
# ```
#
# writes the memo: the answer first, the numbers, the pictures, what would change the answer, and the command that reproduces it.

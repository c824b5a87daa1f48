"""The domain: how a text is measured, what an edit says, and what a writer's edits add up to. Pure."""

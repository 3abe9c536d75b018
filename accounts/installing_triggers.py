"""A migration's operation for the triggers of the audit trail."""

from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class InstallTrigger(AddTrigger):
    """``AddTrigger`` that does not have Django build its models anew, which takes most of a long migration.

    A trigger is none of a model's columns, so the models stay what they are.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        options = state.models[app_label, self.model_name].options
        options["triggers"] = [*options.get("triggers", []), self.trigger]

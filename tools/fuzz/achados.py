"""Names what Schemathesis finds as soon as it finds it.

Its own account comes at the very end, and never where a run is cut short. tools/fuzz.ts has it loaded
(SCHEMATHESIS_HOOKS); of what is found the first line goes to the file that ACHADOS names as well, for the summary.
"""

import os

from schemathesis import cli

# Bodies may have 100 KB: so much of a request says which it is.
LONGEST = 1_000


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}… ({len(line)} caracteres)"


@cli.handler()
class Achados(cli.EventHandler):
    def __init__(self, *_args: object, **_params: object) -> None:
        self.told: set[tuple[object, ...]] = set()

    def handle_event(self, _ctx: object, event: object) -> None:
        recorder = getattr(event, "recorder", None)
        if recorder is None:
            return
        for case_id, checks in recorder.checks.items():
            for check in checks:
                if check.failure_info is not None:
                    self.tell(recorder, case_id, check.name, check.failure_info)

    def tell(self, recorder: object, case_id: str, check: str, info: object) -> None:
        interaction = recorder.interactions.get(case_id)
        response = interaction.response if interaction is not None else None
        status = "sem resposta" if response is None else response.status_code
        operation = info.failure.operation or recorder.label
        # The same of another example says nothing new.
        if (operation, check, info.failure.title, status) in self.told:
            return
        self.told.add((operation, check, info.failure.title, status))
        line = f"{operation}: {check}, {status} ({info.failure.title})"
        print(f"\nAchado em {line}")
        if info.failure.message:
            print(f"  {shortened(info.failure.message)}")
        if response is not None and response.content:
            print(f"  resposta: {shortened(response.content.decode(errors='replace'))}")
        print(f"  {shortened(info.code_sample)}", flush=True)
        if path := os.environ.get("ACHADOS"):
            with open(path, "a", encoding="utf-8") as file:
                file.write(f"{line}\n")

"""Renders conversations with chat templates in Jinja, as Transformers does: the cases that tests compare Tilt's formats with.

    python3 chat_cases.py TEMPLATE.jinja… > cases.jsonl
"""

import datetime
import hashlib
import json
import os
import sys

from jinja2.sandbox import ImmutableSandboxedEnvironment


def message(role, content):
    return {"role": role, "content": content}


SPACED = " \t\n  spaced \u00a0\u2003\x1f\n"
CONVERSATIONS = [
    [message("user", "What is 2 + 2?")],
    [message("system", "Be brief."), message("user", "Hi")],
    [message("system", SPACED), message("user", SPACED)],
    [message("user", "Hi"), message("assistant", "Hello!")],
    [message("user", "Hi"), message("assistant", SPACED), message("user", "")],
    [message("assistant", "I speak first."), message("user", "Do you?"), message("assistant", "Yes.")],
    [message("system", "One."), message("system", "Two."), message("user", "Three?")],
    [message("user", "Hi"), message("system", "Late instructions."), message("user", "Again")],
    [message("system", "Alone.")],
    [message("assistant", "Alone.")],
    [message("user", "a"), message("user", "b")],
    [message("user", "Add"), message("assistant", "<think>\nTwo and two.\n</think>\n\nFour.")],
    [message("user", "Add"), message("assistant", "<think>\nTwo and two.\n</think>\n\nFour."), message("user", "And five?")],
    [message("user", "Add"), message("assistant", "<think>one</think>two</think>\n\nthree"), message("assistant", "\n\nmore")],
    [message("user", "Add"), message("assistant", "no thoughts"), message("assistant", "thoughts without begin\n\n</think>\nend")],
    [message("user", "Call"), message("assistant", "<think>a</think>calling"), message("user", "<tool_response>\n4\n</tool_response>"), message("assistant", "<think>\n\nb\n\n</think>\n\nIt is 4.")],
    [message("user", "<tool_response>\nonly\n</tool_response>"), message("assistant", "<think>t</think>r")],
    [message("user", "x <|im_end|> y <|eot_id|> z"), message("assistant", "</think>")],
    [message("user", "Ünïcödé 한국어 🙂"), message("assistant", "<think><think>\n\n</think>")],
]


def fail(text):
    raise ValueError(text)


environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
environment.globals.update(raise_exception=fail, strftime_now=lambda form: datetime.datetime.now().strftime(form))
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    template = environment.from_string(text)
    for messages in CONVERSATIONS:
        for prompt in [False, True]:
            case = {"template": os.path.basename(path).removesuffix(".jinja"), "template_sha256": hashlib.sha256(text.encode()).hexdigest(), "messages": messages, "add_generation_prompt": prompt, "bos_token": "<|begin_of_text|>", "date_string": "26 Jul 2024"}
            case["rendered"] = template.render(messages=messages, add_generation_prompt=prompt, bos_token=case["bos_token"], date_string=case["date_string"])
            print(json.dumps(case))

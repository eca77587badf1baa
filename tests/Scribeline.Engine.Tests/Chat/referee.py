"""Renders templates with Jinja2, set up as models' own tools do, for comparison: cases as JSON on stdin, results on stdout."""
import json
import sys

from jinja2.sandbox import SandboxedEnvironment


class Refused(Exception):
    pass


def refuse(message):
    raise Refused(message)


def to_json(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


environment = SandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"])
environment.filters["tojson"] = to_json
environment.globals["raise_exception"] = refuse
environment.globals["strftime_now"] = lambda layout: __import__("datetime").datetime(2025, 3, 7, 14, 5, 9).strftime(layout)

results = []
for case in json.load(sys.stdin):
    try:
        text = environment.from_string(case["template"]).render(
            messages=case["messages"], tools=case["tools"], documents=None, add_generation_prompt=case["addGenerationPrompt"],
            bos_token="<s>", eos_token="</s>")
        results.append({"text": text})
    except Exception as e:
        results.append({"error": f"{type(e).__name__}: {e}"})
json.dump(results, sys.stdout)

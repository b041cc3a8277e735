#!/usr/bin/env python3
"""What the jobs of the credit-risk pipeline tell Tocsin. Standard library only; Python 3.9 or newer.

    export TOCSIN_URL=https://tocsin.example.com EVENTS_TOKEN=...       # EVENTS_TOKEN as in Tocsin
    python3 tocsin_events.py drift 0.42 --id report-2026-11-22         # share of drifted features, after every drift report
    python3 tocsin_events.py f1 0.71 --baseline 0.76                   # when labels have arrived
    python3 tocsin_events.py brier 0.23
    python3 tocsin_events.py latency 640                               # p95 in milliseconds
    python3 tocsin_events.py volume 12                                 # predictions of the last hour
    python3 tocsin_events.py gate 1.4                                  # gain in F1 of the new model, in percent
    python3 tocsin_events.py model-age 34                              # days
    python3 tocsin_events.py retraining failed --summary "DAG retraining_pipeline: train_shadow"
    python3 tocsin_events.py check http://api:8000 http://mlflow:5000 --disk /data    # health and disk, every minute from cron

A report carries a value; the pack services/credit-risk.yml judges it. The environment is `prod` unless --environment says otherwise.
"""
import argparse
import json
import os
import shutil
import sys
import time
import urllib.error
import urllib.request

TRIES = 5


def report(name, value, unit=None, **more):
    """One value. Whether it is bad, and how bad, the service file says."""
    return {"kind": "report", "name": f"credit-risk-{name}", "value": value, **({"unit": unit} if unit else {}), **more}


def alert(name, is_firing, summary):
    """Something that is so, or is so no more."""
    return {"kind": "alert", "name": f"credit-risk-{name}", "status": "firing" if is_firing else "resolved", "summary": summary}


def answers(url):
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def used_percent(path):
    usage = shutil.disk_usage(path)
    return round(100 * usage.used / usage.total, 1)


def events_of(args):
    value = getattr(args, "value", None)
    if args.what == "drift":  # Evidently counts in shares of one
        return [report("drift-report", round(100 * value, 4), "Percent")]
    if args.what == "f1":
        return [report("f1", value, baseline=args.baseline)]
    if args.what == "brier":
        return [report("brier", value)]
    if args.what == "latency":
        return [report("api-latency", value, "Milliseconds")]
    if args.what == "volume":  # one number, two rules: too few and too many
        return [report("volume", value, "per hour"), report("volume-high", value, "per hour")]
    if args.what == "gate":
        return [report("gate-f1-gain", value, "Percent")]
    if args.what == "model-age":
        return [report("model-age", value, "Days")]
    if args.what == "retraining":
        return [alert("retraining-failed", args.outcome == "failed", args.summary)]
    api, mlflow = answers(args.api), answers(args.mlflow)
    return [
        alert("api-down", not api, f"{args.api}/health {'answers' if api else 'does not answer'}"),
        alert("mlflow-down", not mlflow, f"{args.mlflow}/health {'answers' if mlflow else 'does not answer'}"),
        *([report("disk", used_percent(args.disk), "Percent")] if args.disk else []),
    ]


def post(events):
    """Sends them all at once. Tocsin answers 503 while it cannot store them: then it is tried again."""
    request = urllib.request.Request(
        f"{os.environ['TOCSIN_URL'].rstrip('/')}/webhooks/events",
        data=json.dumps(events).encode(),
        headers={"content-type": "application/json", "authorization": f"Bearer {os.environ['EVENTS_TOKEN']}"},
    )
    for attempt in range(TRIES):
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status
        except urllib.error.HTTPError as error:
            if error.code < 500:
                sys.exit(f"Tocsin refuses the event ({error.code}): {error.read().decode(errors='replace')}")
        except (urllib.error.URLError, OSError):
            pass
        if attempt < TRIES - 1:
            time.sleep(2**attempt)
    sys.exit("Tocsin could not be reached.")


def arguments():
    parser = argparse.ArgumentParser(description="Tells Tocsin what the credit-risk pipeline has seen.")
    parser.add_argument("--environment", default="prod")
    kinds = parser.add_subparsers(dest="what", required=True)
    for name in ("drift", "f1", "brier", "latency", "volume", "gate", "model-age"):
        kind = kinds.add_parser(name)
        kind.add_argument("value", type=float)
        kind.add_argument("--id", help="sent twice under one id, it counts once")
        if name == "f1":
            kind.add_argument("--baseline", type=float, required=True)
    retraining = kinds.add_parser("retraining")
    retraining.add_argument("outcome", choices=["failed", "succeeded"])
    retraining.add_argument("--summary", default="")
    check = kinds.add_parser("check")
    check.add_argument("api")
    check.add_argument("mlflow")
    check.add_argument("--disk")
    return parser.parse_args()


if __name__ == "__main__":
    told = arguments()
    common = {"service": "credit-risk", "environment": told.environment, **({"id": told.id} if getattr(told, "id", None) else {})}
    post([{**event, **common} for event in events_of(told)])

#!/bin/sh
# The same without Python, to paste into a job: one event with curl. It tries again while Tocsin cannot store it (503).
#   TOCSIN_URL=https://tocsin.example.com EVENTS_TOKEN=... ./send-event.sh \
#     '{"kind":"report","name":"credit-risk-drift-report","value":42,"unit":"Percent","environment":"prod"}'
# In the monitoring job, where drift_share is in percent:
#   ./send-event.sh "{\"kind\":\"report\",\"name\":\"credit-risk-drift-report\",\"value\":$drift_share,\"unit\":\"Percent\",\"environment\":\"prod\"}"
# In Airflow, as on_failure_callback:
#   ./send-event.sh '{"kind":"alert","name":"credit-risk-retraining-failed","status":"firing","environment":"prod"}'
set -eu
: "${TOCSIN_URL:?Set TOCSIN_URL, such as https://tocsin.example.com}"
: "${EVENTS_TOKEN:?Set EVENTS_TOKEN, as Tocsin has it}"

# The token goes in by standard input: arguments of a process can be seen by others on the machine.
printf 'header = "Authorization: Bearer %s"\n' "$EVENTS_TOKEN" | curl --config - \
  --fail-with-body --silent --show-error --max-time 10 --retry 5 --retry-all-errors \
  --header 'Content-Type: application/json' --data "${1:?Pass one event as JSON}" "${TOCSIN_URL%/}/webhooks/events"

"""The application for a WSGI server of one's own choice.

    gunicorn -k gevent -w 1 -b 127.0.0.1:8000 -c python:deskops.gunicorn_options wsgi:app

The worker class must fit DESKOPS_ASYNC: gevent (the default), deskops.eventlet_worker.EventletWorker with
PSYCOPG_WAIT_FUNC=wait_selector, or gthread with as many threads as there are clients. More than one worker
needs DESKOPS_REDIS_URL. Timed jobs need `deskops worker` beside it; `deskops serve` does all this by itself.
"""

from deskops.app import create_app

app = create_app()

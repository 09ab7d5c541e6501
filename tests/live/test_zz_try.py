import time, psutil, pytest
from tests.fixtures import Browser
from tests.live.real import Client, serving, headers
from tests.live.screens import desk, register
from tests.services import wait_until
def test_x(trip, sign_in, settings):
    staff=sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    with serving(settings) as server, Client(server, staff) as console:
        console.subscribe(desk(trip))
        time.sleep(1.5)
        for w in psutil.Process(server.pid).children(): w.kill()
        wait_until(lambda: not console.io.connected, "the loss", 5)
        register(staff, trip)
        wait_until(lambda: console.io.connected, "the return", 30)
        body = {"topic_id": trip.topics["loan"], "site_id": trip.sites["one"], "name": "سارا نمونه"}
        sent = headers(server, staff) | {"X-CSRF-Token": staff.headers["X-CSRF-Token"]}
        for i in range(6):
            t=time.time(); a=server.post(f"/api/v1/trips/{trip.id}/demands", json=body, headers=sent)
            print(a.status_code, a.text[:300], time.time()-t); time.sleep(.5)

"""The countdown to the release of more times: by the town's clock, and no rush at its end."""

from playwright.sync_api import expect
from tests.browser.pages import too_wide
from tests.browser.pages import violations

import pytest
import time


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]

PHONE = {"width": 390, "height": 844}
UNITS = ((1440, "Tag", "Tage"), (60, "Stunde", "Stunden"), (1, "Minute", "Minuten"))


def words(minutes):
    """ "2 Tage, 3 Stunden" or "1 Stunde, 5 Minuten"."""
    found, days = [], minutes >= 1440
    for length, one, many in UNITS:
        count, minutes = divmod(minutes, length)
        if count and not (days and length == 1):
            found.append(f"{count} {one if count == 1 else many}")
    return ", ".join(found)


def test_a_phone_with_a_wrong_clock_counts_right_and_shows_the_times_by_itself(city, visit):
    phone = visit(PHONE)
    phone.clock.install(time=time.time() - 5 * 3600)
    phone.goto(city.url("termine/times?service=reisepass&desk=buergerbuero-buettgen"))
    release = phone.locator("#release")
    moment, now = (int(release.get_attribute(f"data-{name}")) for name in ("moment", "now"))
    assert abs(now - time.time()) < 60 and moment > now
    minutes = -((now - moment) // 60)
    said = {f"Noch {words(minutes - passed)}" for passed in (0, 1)}
    expect(release).to_be_visible()
    assert release.inner_text() in said
    # Nothing of it is read out by itself, only the end.
    status = release.get_by_role("status")
    assert status.inner_text() == ""
    phone.clock.fast_forward((moment - now) * 1000)
    expect(status).to_have_text("Die Zeiten sind jetzt frei und erscheinen gleich.")
    assert violations(phone) == [] and too_wide(phone) == []
    with phone.expect_navigation():
        phone.clock.run_for(10_000)
    # The town's clock says that there is time left after all.
    expect(release.get_by_role("timer")).to_have_text(release.inner_text())
    assert release.inner_text() in {f"Noch {words(minutes - passed)}" for passed in (0, 1, 2)}
    # Where something was typed before, the page stays: it would ask whether to send that again.
    phone.locator("#calendar").evaluate("form => { form.method = 'post'; form.submit(); }")
    phone.wait_for_load_state("load")
    expect(release).to_have_attribute("data-method", "post")
    phone.evaluate("window.same = true")
    phone.clock.fast_forward((moment - now + 60) * 1000)
    expect(status).to_have_text(
        "Die Zeiten sind jetzt frei. Wählen Sie einen Tag, um sie zu sehen."
    )
    phone.clock.run_for(10_000)
    assert phone.evaluate("window.same")

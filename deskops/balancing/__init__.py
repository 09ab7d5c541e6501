"""Pure decisions on load: router, claim order, projection, re-routing (rules A, B, F and the basis of C).

Knows neither Flask nor SQL, and never reads the clock. Minutes for waits and means, epoch seconds for
instants.
"""

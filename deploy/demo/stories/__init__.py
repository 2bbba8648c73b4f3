"""The acceptance stories, one file each: a function that walks it, told by its docstring."""

from __future__ import annotations

from deploy.demo.stories.cancelled_sailing import a_sailing_is_cancelled
from deploy.demo.stories.festival import a_curator_withdraws
from deploy.demo.stories.film import a_film_is_published_and_followed
from deploy.demo.stories.history import the_timeline_reproduces
from deploy.demo.stories.popup_sale import the_popup_shop_sells
from deploy.demo.stories.referral import a_passenger_stops
from deploy.demo.stories.two_names import both_names_answer
from deploy.demo.walk import Story

STORIES: dict[str, Story] = {
    "S1": a_passenger_stops,
    "S2": a_curator_withdraws,
    "S3": the_popup_shop_sells,
    "S4": a_film_is_published_and_followed,
    "S5": the_timeline_reproduces,
    "S6": both_names_answer,
    "S9": a_sailing_is_cancelled,
}

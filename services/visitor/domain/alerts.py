"""What a day plan is told when something it holds changes, in both languages."""

from __future__ import annotations

TEXTS = {
    "sailing-cancelled": {
        "en": "Your ferry is cancelled. Plan anew: the next one is chosen for you.",
        "fr": "Votre ferry est annulé. Recalculez : le prochain est choisi pour vous.",
    },
    "sailing-earlier": {
        "en": "Check-in for your ferry closes earlier than planned. Plan anew to be back in time.",
        "fr": "L'enregistrement de votre ferry ferme plus tôt que prévu. Recalculez pour revenir à temps.",
    },
    "sailing-later": {
        "en": "Your ferry lands later than planned. Plan anew: the day as it is does not fit any more.",
        "fr": "Votre ferry arrive plus tard que prévu. Recalculez : la journée telle quelle ne tient plus.",
    },
    "sailing-reinstated": {
        "en": "Your ferry runs after all, and your day holds as it is. There is nothing to do.",
        "fr": "Votre ferry part finalement, et votre journée reste valable. Il n'y a rien à faire.",
    },
    "sailing-back": {
        "en": "The ferry you first meant to take runs after all. Plan anew with it if you like.",
        "fr": "Le ferry que vous vouliez d'abord prendre part finalement. Recalculez avec lui si vous voulez.",
    },
    "event-cancelled": {
        "en": "An event of your day is cancelled. Plan anew to fill the time.",
        "fr": "Un événement de votre journée est annulé. Recalculez pour profiter du temps libre.",
    },
    "event-postponed": {
        "en": "An event of your day is postponed. Plan anew to fill the time.",
        "fr": "Un événement de votre journée est reporté. Recalculez pour profiter du temps libre.",
    },
    "event-online": {
        "en": "An event of your day takes place online only. Plan anew to fill the time.",
        "fr": "Un événement de votre journée n'a plus lieu qu'en ligne. Recalculez pour profiter du temps libre.",
    },
    "event-moved": {
        "en": "An event of your day has other times. Plan anew to fit it in.",
        "fr": "Un événement de votre journée a changé d'horaire. Recalculez pour l'y faire entrer.",
    },
    "event-reinstated": {
        "en": "An event of your day takes place after all, when you meant to be there. There is nothing to do.",
        "fr": "Un événement de votre journée a finalement lieu, à l'heure prévue. Il n'y a rien à faire.",
    },
}
NEWS = frozenset({"sailing-reinstated", "sailing-back", "event-reinstated"})
"""Good news: they disrupt no plan."""
OFF = {"cancelled": "event-cancelled", "postponed": "event-postponed", "moved-online": "event-online"}
"""The status of an event that nobody can go to, with what the plans it is in are told."""

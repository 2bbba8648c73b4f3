"""Makers of Newhaven and what they offer: all made up. Prices are in pence and cents."""

from __future__ import annotations

from typing import Any

Offered = dict[str, dict[str, Any]]


def priced(pence: int, cents: int) -> list[dict[str, Any]]:
    """A price in both currencies, pounds first."""
    return [{"amount": pence, "currency": "GBP"}, {"amount": cents, "currency": "EUR"}]


FIRST_BATCH = "2018-08-20"

NEWHAVEN: dict[str, tuple[dict[str, Any], Offered]] = {
    "maker-1": (
        {
            "name": "Chalk & Tide",
            "kind": "individual",
            "town": "newhaven",
            "craft": {"en": "Ceramics", "fr": "Céramique"},
            "summary": {
                "en": "Stoneware with the Seven Sisters in the glaze: the white is ground chalk picked up under the "
                "cliffs. One kiln, two wheels, and a kettle that is always on. Come in with wet shoes.",
                "fr": "Un grès qui porte les falaises dans son émail : le blanc est de la craie ramassée à leur pied, "
                "puis broyée. Un four, deux tours, et de l'eau toujours chaude. Entrez, même les pieds mouillés.",
            },
            "address": "Near the swing bridge, Newhaven",
            "point": {"lat": 50.794, "lon": 0.051},
            "visitors_welcome": True,
            "opening_hours": {
                "en": "Wednesday to Sunday, 10:00 to 17:00",
                "fr": "Du mercredi au dimanche, 10 h - 17 h",
            },
        },
        {
            "tide-bowl": {
                "kind": "product",
                "title": {"en": "Tide bowl", "fr": "Bol de marée"},
                "summary": {
                    "en": "A breakfast bowl with two waterlines inside, one for high tide, one for low. Dishwasher "
                    "safe.",
                    "fr": "Un bol de petit-déjeuner avec deux lignes à l'intérieur : marée haute, marée basse. Passe "
                    "au lave-vaisselle.",
                },
                "prices": priced(2800, 3250),
                "stock": 3,
                "made_on": FIRST_BATCH,
                "materials": [
                    {"name": {"en": "Stoneware clay", "fr": "Grès"}, "origin": "Stoke-on-Trent, England"},
                    {
                        "name": {"en": "Chalk glaze", "fr": "Émail à la craie"},
                        "origin": "Foreshore at Newhaven, England",
                    },
                ],
            },
            "ferry-mug": {
                "kind": "product",
                "title": {"en": "The 05:30 mug", "fr": "La tasse de 5 h 30"},
                "summary": {
                    "en": "Holds exactly as much coffee as the early sailing takes. Thick walls, a handle for cold "
                    "hands.",
                    "fr": "Contient juste assez de café pour la traversée du petit matin. Paroi épaisse, anse pour "
                    "mains froides.",
                },
                "prices": priced(1850, 2150),
                "stock": 3,
                "made_on": FIRST_BATCH,
                "materials": [{"name": {"en": "Stoneware clay", "fr": "Grès"}, "origin": "Stoke-on-Trent, England"}],
            },
            "bowl-class": {
                "kind": "class",
                "title": {"en": "A bowl in two hours", "fr": "Un bol en deux heures"},
                "summary": {
                    "en": "Throw it, turn it, leave it with us. It is fired while you travel and waits at the centre "
                    "on your way back.",
                    "fr": "Vous le tournez, vous le creusez, vous nous le laissez. Il cuit pendant votre voyage et "
                    "vous attend au centre d'accueil à votre retour.",
                },
                "prices": priced(3500, 4100),
                "capacity": 6,
                "schedule": {"en": "Saturdays at 10:30 and 14:00", "fr": "Le samedi à 10 h 30 et 14 h"},
            },
        },
    ),
    "maker-2": (
        {
            "name": "Driftline Workshop",
            "kind": "individual",
            "town": "newhaven",
            "craft": {"en": "Driftwood furniture", "fr": "Meubles en bois flotté"},
            "summary": {
                "en": "After every gale there is a walk along Seaford Bay with a handcart. What the sea has planed, we "
                "join: no two legs alike, none of them wobbles.",
                "fr": "Après chaque coup de vent, on longe la baie de Seaford avec une charrette. Ce que la mer a "
                "raboté, on l'assemble : aucun pied pareil, aucun ne boite.",
            },
            "address": "Denton Island, Newhaven",
            "point": {"lat": 50.797, "lon": 0.052},
            "visitors_welcome": True,
            "opening_hours": {
                "en": "Most days until four; knock",
                "fr": "Presque tous les jours jusqu'à 16 h ; frappez",
            },
        },
        {
            "gale-stool": {
                "kind": "product",
                "title": {"en": "Gale stool", "fr": "Tabouret Coup de vent"},
                "summary": {
                    "en": "Three legs from three storms, each branded underneath with its date.",
                    "fr": "Trois pieds, trois tempêtes, la date de chacune marquée au fer par-dessous.",
                },
                "prices": priced(14500, 16900),
                "stock": 2,
                "made_on": "2018-11-30",
                "materials": [
                    {"name": {"en": "Driftwood", "fr": "Bois flotté"}, "origin": "Seaford Bay, England"},
                    {"name": {"en": "Linseed oil", "fr": "Huile de lin"}, "origin": "Normandie, France"},
                ],
            },
            "coat-rack": {
                "kind": "product",
                "title": {"en": "Coat rack, five pegs", "fr": "Portemanteau à cinq patères"},
                "summary": {
                    "en": "A plank from a groyne, five pegs from a broken lobster pot. Screws and a level included.",
                    "fr": "Une planche d'épi, cinq chevilles d'un casier brisé. Vis et niveau fournis.",
                },
                "prices": priced(6800, 7900),
                "stock": 4,
                "materials": [{"name": {"en": "Driftwood", "fr": "Bois flotté"}, "origin": "Seaford Bay, England"}],
            },
            "own-find": {
                "kind": "service",
                "title": {"en": "Your own find, made into something", "fr": "Votre trouvaille, transformée"},
                "summary": {
                    "en": "Bring the piece you could not leave on the beach. We talk, draw, and make it: a shelf, a "
                    "lamp, a bench. The price is for the drawing and is taken off the piece.",
                    "fr": "Apportez ce que vous n'avez pas pu laisser sur la plage. On en parle, on dessine, on "
                    "fabrique : une étagère, une lampe, un banc. Le prix est celui du dessin ; il est déduit de "
                    "l'objet.",
                },
                "prices": priced(3000, 3500),
            },
        },
    ),
    "maker-3": (
        {
            "name": "Lower Case Press",
            "kind": "individual",
            "town": "newhaven",
            "craft": {"en": "Letterpress printing", "fr": "Typographie au plomb"},
            "summary": {
                "en": "Two hand presses and forty cases of wooden type, some of it from old ferry posters. Tide "
                "tables, cards, and the occasional apology, set while you wait.",
                "fr": "Deux presses à bras et quarante casses de caractères en bois, dont quelques-uns de vieilles "
                "affiches de ferry. Tables des marées, cartes, et parfois des excuses, composées sous vos yeux.",
            },
            "address": "High Street, Newhaven",
            "point": {"lat": 50.793, "lon": 0.047},
            "visitors_welcome": True,
            "opening_hours": {"en": "Thursday to Saturday, 11:00 to 18:00", "fr": "Du jeudi au samedi, 11 h - 18 h"},
        },
        {
            "tide-print": {
                "kind": "product",
                "title": {"en": "Tide table for two harbours", "fr": "Table des marées pour deux ports"},
                "summary": {
                    "en": "A year of high waters, Newhaven in blue, Dieppe in red, on one sheet, 30 x 40 cm.",
                    "fr": "Un an de pleines mers, Newhaven en bleu, Dieppe en rouge, sur une feuille de 30 x 40 cm.",
                },
                "prices": priced(2200, 2550),
                "stock": 3,
                "made_on": FIRST_BATCH,
                "materials": [
                    {"name": {"en": "Cotton paper", "fr": "Papier coton"}, "origin": "Somerset, England"},
                    {"name": {"en": "Linseed ink", "fr": "Encre à l'huile de lin"}, "origin": "London, England"},
                ],
            },
            "card-class": {
                "kind": "class",
                "title": {"en": "Print your own crossing card", "fr": "Imprimez votre carte de traversée"},
                "summary": {
                    "en": "Forty minutes, ten cards, your words in wooden type. Possible between two trains.",
                    "fr": "Quarante minutes, dix cartes, vos mots en caractères de bois. Faisable entre deux trains.",
                },
                "prices": priced(1800, 2100),
                "capacity": 4,
                "schedule": {"en": "Fridays at 15:00 and 16:00", "fr": "Le vendredi à 15 h et 16 h"},
            },
        },
    ),
    "maker-4": (
        {
            "name": "Kelp & Lather",
            "kind": "individual",
            "town": "newhaven",
            "craft": {"en": "Seaweed soap", "fr": "Savon aux algues"},
            "summary": {
                "en": "Cold-process soap with kelp cut by hand at low water. It smells of the beach after rain and "
                "gets engine oil off. Children ask for the one with sand in it.",
                "fr": "Savon à froid, au varech coupé à la main à marée basse. Il sent la plage après la pluie et "
                "vient à bout du cambouis. Les enfants réclament celui au sable.",
            },
            "address": "West Quay, Newhaven",
            "point": {"lat": 50.79, "lon": 0.054},
            "visitors_welcome": False,
        },
        {
            "seaweed-soap": {
                "kind": "product",
                "title": {"en": "Low-water soap", "fr": "Savon de basse mer"},
                "summary": {
                    "en": "One bar, 110 g, wrapped in yesterday's shipping forecast. Allowed in hand luggage.",
                    "fr": "Un pain de 110 g, emballé dans la météo marine de la veille. Accepté en bagage à main.",
                },
                "prices": priced(650, 750),
                "stock": 30,
                "made_on": FIRST_BATCH,
                "materials": [
                    {"name": {"en": "Kelp", "fr": "Varech"}, "origin": "Newhaven, England"},
                    {"name": {"en": "Rapeseed oil", "fr": "Huile de colza"}, "origin": "South Downs, England"},
                    {"name": {"en": "Olive oil", "fr": "Huile d'olive"}, "origin": "Crete, Greece"},
                ],
            },
            "kelp-walk": {
                "kind": "class",
                "title": {"en": "The kelp walk", "fr": "La balade au varech"},
                "summary": {
                    "en": "Down to the tideline with scissors and a bucket: what grows there, what may be cut, what it "
                    "is good for. You take a bar home. Boots are lent.",
                    "fr": "On descend à la laisse de mer avec des ciseaux et un seau : ce qui y pousse, ce qu'on peut "
                    "couper, à quoi cela sert. Vous repartez avec un savon. Bottes prêtées.",
                },
                "prices": priced(1200, 1400),
                "capacity": 10,
                "schedule": {
                    "en": "Sundays, an hour before low water",
                    "fr": "Le dimanche, une heure avant la basse mer",
                },
            },
        },
    ),
    "maker-5": (
        {
            "name": "Second Canvas",
            "kind": "firm",
            "town": "newhaven",
            "craft": {"en": "Bags from old sails", "fr": "Sacs en voile récupérée"},
            "summary": {
                "en": "Five of us, seven machines, and a loft full of sails that have done their miles. Each bag keeps "
                "its sail number, so you can look up where it has been.",
                "fr": "Nous sommes cinq, avec sept machines et un grenier plein de voiles qui ont fait leurs milles. "
                "Chaque sac garde son numéro de voile : vous saurez où il a navigué.",
            },
            "address": "The sail loft by the marina, Newhaven",
            "point": {"lat": 50.788, "lon": 0.053},
            "visitors_welcome": True,
            "opening_hours": {"en": "Monday to Friday, 09:00 to 16:30", "fr": "Du lundi au vendredi, 9 h - 16 h 30"},
        },
        {
            "deck-bag": {
                "kind": "product",
                "title": {"en": "Deck bag", "fr": "Sac de pont"},
                "summary": {
                    "en": "Carries a weekend. Mainsail outside, spinnaker inside, rope from the same boat.",
                    "fr": "Pour un week-end. Grand-voile dehors, spi dedans, cordage du même bateau.",
                },
                "prices": priced(7200, 8400),
                "stock": 4,
                "made_on": FIRST_BATCH,
                "materials": [
                    {"name": {"en": "Retired sailcloth", "fr": "Voile réformée"}, "origin": "Newhaven marina, England"},
                    {"name": {"en": "Polyester thread", "fr": "Fil polyester"}, "origin": "Germany"},
                ],
            },
            "wash-bag": {
                "kind": "product",
                "title": {"en": "Wash bag", "fr": "Trousse de toilette"},
                "summary": {
                    "en": "What was left of the genoa. Stands up by itself, dries in an hour.",
                    "fr": "Ce qui restait du génois. Tient debout tout seul, sèche en une heure.",
                },
                "prices": priced(2400, 2800),
                "stock": 12,
                "materials": [
                    {"name": {"en": "Retired sailcloth", "fr": "Voile réformée"}, "origin": "Newhaven marina, England"}
                ],
            },
            "own-sail": {
                "kind": "service",
                "title": {"en": "Your own sail, made into bags", "fr": "Votre voile, transformée en sacs"},
                "summary": {
                    "en": "Leave the sail with us, say how many and how big. Two weeks, or by your next crossing if "
                    "you tell us which. The price is for each bag.",
                    "fr": "Laissez-nous la voile, dites combien et de quelle taille. Deux semaines, ou pour votre "
                    "prochaine traversée si vous nous dites laquelle. Prix par sac.",
                },
                "prices": priced(4800, 5600),
            },
        },
    ),
}

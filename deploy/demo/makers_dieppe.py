"""Makers of Dieppe and what they offer: all made up. Prices are in cents and pence."""

from __future__ import annotations

from typing import Any

from deploy.demo.makers_newhaven import Offered


def priced(cents: int, pence: int) -> list[dict[str, Any]]:
    """A price in both currencies, euros first."""
    return [{"amount": cents, "currency": "EUR"}, {"amount": pence, "currency": "GBP"}]


DIEPPE: dict[str, tuple[dict[str, Any], Offered]] = {
    "maker-6": (
        {
            "name": "L'Ivoire vert",
            "kind": "individual",
            "town": "dieppe",
            "craft": {"fr": "Sculpture sur ivoire végétal et os", "en": "Carving in vegetable ivory and bone"},
            "summary": {
                "fr": "Dieppe a sculpté l'ivoire pendant trois siècles. Le geste est resté, l'éléphant vit : ici, on "
                "taille la noix de tagua, blanche et dure comme lui, et l'os de boucherie. Regardez travailler, c'est "
                "permis.",
                "en": "Dieppe carved ivory for three centuries. The skill has stayed and the elephant lives: here it "
                "is the tagua nut, as white and as hard, and butcher's bone. Watching is allowed.",
            },
            "address": "Rue derrière Saint-Jacques, Dieppe",
            "point": {"lat": 49.925, "lon": 1.077},
            "visitors_welcome": True,
            "opening_hours": {
                "fr": "Du mardi au samedi, 10 h - 12 h et 14 h - 18 h",
                "en": "Tuesday to Saturday, 10 to 12 and 2 to 6",
            },
        },
        {
            "vegetable-ivory-whale": {
                "kind": "product",
                "title": {"fr": "Baleine de poche", "en": "Pocket whale"},
                "summary": {
                    "fr": "Une noix, une baleine. Elle jaunit un peu avec les années, comme nous.",
                    "en": "One nut, one whale. It yellows a little over the years, as we all do.",
                },
                "prices": priced(3800, 3300),
                "stock": 9,
                "materials": [{"name": {"fr": "Noix de tagua", "en": "Tagua nut"}, "origin": "Manabí, Ecuador"}],
            },
            "rose-brooch": {
                "kind": "product",
                "title": {"fr": "Broche à la rose de Dieppe", "en": "Dieppe rose brooch"},
                "summary": {
                    "fr": "La rose que les ivoiriers d'ici donnaient à leurs apprentis pour examen, en os, sur épingle "
                    "d'acier.",
                    "en": "The rose that carvers here gave their apprentices as an examination piece, in bone on a "
                    "steel pin.",
                },
                "prices": priced(6400, 5500),
                "stock": 3,
                "materials": [
                    {"name": {"fr": "Os de bœuf", "en": "Ox bone"}, "origin": "Pays de Caux, France"},
                    {"name": {"fr": "Acier", "en": "Steel"}, "origin": "France"},
                ],
            },
            "first-cut-class": {
                "kind": "class",
                "title": {"fr": "Première taille", "en": "First cut"},
                "summary": {
                    "fr": "Une heure et demie, une noix, un couteau qui coupe. On repart avec un poisson, ou avec une "
                    "histoire.",
                    "en": "An hour and a half, one nut, one sharp knife. You leave with a fish, or with a story.",
                },
                "prices": priced(3200, 2800),
                "capacity": 5,
                "schedule": {"fr": "Le mercredi et le samedi à 14 h 30", "en": "Wednesdays and Saturdays at 14:30"},
            },
        },
    ),
    "maker-7": (
        {
            "name": "Aux Fuseaux du Pollet",
            "kind": "firm",
            "town": "dieppe",
            "craft": {"fr": "Dentelle aux fuseaux", "en": "Bobbin lace"},
            "summary": {
                "fr": "Nous sommes trois, nous avons cent vingt fuseaux chacune, et nous parlons en travaillant. Le "
                "point de Dieppe se faisait dans ce quartier, au pas de la porte, quand les bateaux étaient en mer.",
                "en": "There are three of us, with a hundred and twenty bobbins each, and we talk while we work. "
                "Dieppe lace was made in this quarter, on the doorstep, while the boats were out.",
            },
            "address": "Le Pollet, Dieppe",
            "point": {"lat": 49.929, "lon": 1.087},
            "visitors_welcome": True,
            "opening_hours": {"fr": "Du lundi au jeudi, 14 h - 18 h", "en": "Monday to Thursday, 14:00 to 18:00"},
        },
        {
            "lace-bookmark": {
                "kind": "product",
                "title": {"fr": "Marque-page en dentelle", "en": "Lace bookmark"},
                "summary": {
                    "fr": "Six heures de travail, trois centimètres de large. Lin fin, motif à la vague.",
                    "en": "Six hours of work, three centimetres wide. Fine linen, wave pattern.",
                },
                "prices": priced(4500, 3900),
                "stock": 5,
                "materials": [{"name": {"fr": "Fil de lin", "en": "Linen thread"}, "origin": "Pays de Caux, France"}],
            },
            "lace-repair": {
                "kind": "service",
                "title": {"fr": "Réparation de dentelle ancienne", "en": "Repair of old lace"},
                "summary": {
                    "fr": "Le col de votre grand-mère, maille par maille. Le prix est celui de l'examen ; la suite, "
                    "sur devis.",
                    "en": "Your grandmother's collar, stitch by stitch. The price is for looking at it; the rest we "
                    "estimate.",
                },
                "prices": priced(1500, 1300),
            },
            "lace-class": {
                "kind": "class",
                "title": {"fr": "Vos douze premiers fuseaux", "en": "Your first twelve bobbins"},
                "summary": {
                    "fr": "Deux heures au carreau, à votre rythme. Les gauchers sont les bienvenus ; l'anglais aussi.",
                    "en": "Two hours at the pillow, at your own pace. Left-handers welcome; so is English.",
                },
                "prices": priced(2800, 2400),
                "capacity": 4,
                "schedule": {"fr": "Le mardi à 14 h", "en": "Tuesdays at 14:00"},
            },
        },
    ),
    "maker-8": (
        {
            "name": "Le Verger du quai",
            "kind": "individual",
            "town": "dieppe",
            "craft": {"fr": "Cidre et biscuits", "en": "Cider and biscuits"},
            "summary": {
                "fr": "Quatorze pommiers dans la vallée de l'Arques, un pressoir à bras, un four à biscuits. Le cidre "
                "voyage mal : buvez-le ici. Les biscuits, eux, passent la Manche sans une miette de trop.",
                "en": "Fourteen apple trees in the Arques valley, a hand press, a biscuit oven. The cider travels "
                "badly, so drink it here. The biscuits cross the Channel without losing a crumb.",
            },
            "address": "Marché du samedi, Grande Rue, Dieppe",
            "point": {"lat": 49.926, "lon": 1.078},
            "visitors_welcome": True,
            "opening_hours": {
                "fr": "Le samedi, 8 h - 13 h, au marché",
                "en": "Saturdays, 8:00 to 13:00, at the market",
            },
        },
        {
            "cider": {
                "kind": "product",
                "title": {"fr": "Cidre brut, 75 cl", "en": "Dry cider, 75 cl"},
                "summary": {
                    "fr": "Trois variétés, une seule récolte, aucune bulle ajoutée. 5 % vol.",
                    "en": "Three varieties, one harvest, no added bubbles. 5 % vol.",
                },
                "prices": priced(620, 540),
                "stock": 48,
                "materials": [
                    {"name": {"fr": "Pommes à cidre", "en": "Cider apples"}, "origin": "Vallée de l'Arques, France"}
                ],
            },
            "crossing-biscuits": {
                "kind": "product",
                "title": {"fr": "Biscuits de traversée", "en": "Crossing biscuits"},
                "summary": {
                    "fr": "Beurre salé, pomme séchée, une boîte de douze : un toutes les vingt minutes jusqu'à "
                    "Newhaven.",
                    "en": "Salted butter, dried apple, a tin of twelve: one every twenty minutes until Newhaven.",
                },
                "prices": priced(850, 750),
                "stock": 40,
                "materials": [
                    {"name": {"fr": "Beurre salé", "en": "Salted butter"}, "origin": "Pays de Bray, France"},
                    {"name": {"fr": "Farine de blé", "en": "Wheat flour"}, "origin": "Pays de Caux, France"},
                    {"name": {"fr": "Pommes", "en": "Apples"}, "origin": "Vallée de l'Arques, France"},
                ],
            },
            "press-visit": {
                "kind": "class",
                "title": {"fr": "Un tour au pressoir", "en": "A turn at the press"},
                "summary": {
                    "fr": "En saison, on presse ensemble ; hors saison, on goûte ce qui a été pressé. Retour en ville "
                    "assuré.",
                    "en": "In season we press together; out of season we taste what was pressed. A lift back to town "
                    "included.",
                },
                "prices": priced(1600, 1400),
                "capacity": 8,
                "schedule": {"fr": "Le dimanche à 11 h", "en": "Sundays at 11:00"},
            },
        },
    ),
}

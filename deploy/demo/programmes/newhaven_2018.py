"""Newhaven Festival 2018: 18 events, each by another curator.

Facts, as the Sussex Express of 17 August 2018 has them: the birdsong, the interviews and the ramble. The keynote on
the innovation promotion platform names two more and counts 16 others. No other event is on Sunday 19 August, which is
the published day.
"""

from __future__ import annotations

from datetime import date

from deploy.demo.programmes import MADE_UP, Listing, running, text

NEWSPAPER = "Sussex Express, 17 August 2018"
KEYNOTE = "Keynote on the innovation promotion platform, 2018"
NAMED = f"{KEYNOTE}: named there; day, hours and details are made up."

FESTIVAL: Listing = {
    "id": "newhaven-festival-2018",
    "kind": "cultural",
    "name": text("Newhaven Festival 2018", "Festival de Newhaven 2018"),
    "summary": text(
        "Eighteen events in one August week, each looked after by the people who thought of it. Any creative event "
        "that takes place in Newhaven during the festival can be in the programme.",
        "Dix-huit rendez-vous en une semaine d'août, chacun porté par ceux qui l'ont imaginé. Toute création qui a "
        "lieu à Newhaven pendant le festival peut entrer au programme.",
    ),
    "towns": ["newhaven"],
    "first_day": "2018-08-18",
    "last_day": "2018-08-24",
    "source": f"{NEWSPAPER}; {KEYNOTE}",
}


def _august(days: list[int], start: str, end: str) -> list[dict[str, str]]:
    return running("newhaven", [date(2018, 8, day) for day in days], start, end)


PUBLISHED: list[Listing] = [
    {
        "id": "birdsong-2018",
        "title": text("The birdsong of Newhaven", "Les chants d'oiseaux de Newhaven"),
        "summary": text(
            "Sit down in the church and listen to the birds of Newhaven's hills, cliffs and woodland.",
            "Asseyez-vous dans l'église et écoutez les oiseaux des collines, des falaises et des bois de Newhaven.",
        ),
        "venue_id": "st-michaels-church",
        "timings": _august([18, 19, 20, 21, 22, 23, 24], "10:30", "17:30"),
        "kind": "ExhibitionEvent",
        "keywords": ["nature", "sound", "birds"],
        "source": NEWSPAPER,
    },
    {
        "id": "newhaven-interviews-2018",
        "title": text("Newhaven on film: tell us your story", "Newhaven filmée : racontez-nous"),
        "summary": text(
            "Residents talk about Newhaven in front of a camera, for a montage of the town in its own words.",
            "Des habitants parlent de Newhaven devant une caméra, pour un montage de la ville par elle-même.",
        ),
        "venue_id": "rnli-west-quay",
        "timings": _august([19], "10:30", "16:30"),
        "kind": "Event",
        "keywords": ["film", "stories"],
        "source": NEWSPAPER,
    },
    {
        "id": "look-up-newhaven-2018",
        "title": text("Look Up Newhaven: an urban ramble", "Levez les yeux : balade dans Newhaven"),
        "summary": text(
            "A walk through the town with your eyes above the shop fronts. Meet at Newhaven station.",
            "Une promenade en ville, le regard au-dessus des vitrines. Rendez-vous à la gare de Newhaven.",
        ),
        "description": text(
            "It starts at eleven. How long it takes is estimated here at two hours.",
            "Départ à onze heures. La durée, deux heures, est estimée.",
        ),
        "venue_id": "newhaven-town-station",
        "timings": _august([19], "11:00", "13:00"),
        "kind": "Event",
        "keywords": ["walk", "architecture"],
        "source": NEWSPAPER,
    },
]

NAMED_IN_THE_KEYNOTE: list[Listing] = [
    {
        "id": "festival-of-belonging-2018",
        "title": text("Festival of Belonging", "Festival de l'appartenance"),
        "summary": text(
            "A day in the Fort about what makes a place home: music, tables to share, and stories of arriving.",
            "Une journée au Fort sur ce qui fait un chez-soi : musique, tables partagées et récits d'arrivées.",
        ),
        "venue_id": "newhaven-fort",
        "timings": _august([18], "11:00", "18:00"),
        "kind": "Event",
        "keywords": ["belonging", "music", "stories"],
        "source": NAMED,
    },
    {
        "id": "artists-open-2018",
        "title": text("Newhaven Artists' Open", "Portes ouvertes des artistes de Newhaven"),
        "summary": text(
            "Artists of the town hang their work side by side. Come in, ask how it was made.",
            "Les artistes de la ville exposent côte à côte. Entrez, demandez comment c'est fait.",
        ),
        "venue_id": "newhaven-fort",
        "timings": _august([18, 24], "11:00", "17:00"),
        "kind": "VisualArtsEvent",
        "keywords": ["art", "open studios"],
        "source": NAMED,
    },
]

_OTHERS: list[Listing] = [
    {
        "id": "makers-market-2018",
        "title": text("Makers' market by the river", "Marché des créateurs au bord de l'eau"),
        "summary": text(
            "Twenty tables of things made within walking distance. The person selling it made it.",
            "Vingt tables d'objets faits à quelques pas d'ici. Qui vend a fabriqué.",
        ),
        "venue_id": "denton-island-bandstand",
        "timings": _august([18], "10:00", "16:00"),
        "kind": "SaleEvent",
        "keywords": ["makers", "market"],
    },
    {
        "id": "sailcloth-printing-2018",
        "title": text("Print your own sailcloth bag", "Imprimez votre sac en toile à voile"),
        "summary": text(
            "Cut a block, ink it, print it on old sailcloth. You take the bag home; we keep the stains.",
            "Gravez, encrez, imprimez sur une vieille voile. Le sac est à vous, les taches sont pour nous.",
        ),
        "venue_id": "hillcrest-centre",
        "timings": _august([20], "14:00", "17:00"),
        "kind": "CourseInstance",
        "keywords": ["workshop", "print", "makers"],
    },
    {
        "id": "coast-songs-2018",
        "title": text("Songs of two coasts", "Chants des deux rives"),
        "summary": text(
            "Sussex harmonies and Norman sea songs, sung by whoever comes. No audition, a chorus sheet each.",
            "Polyphonies du Sussex et chants de marins normands, par tous ceux qui viennent. Paroles fournies.",
        ),
        "venue_id": "st-michaels-church",
        "timings": _august([20], "19:30", "21:00"),
        "kind": "MusicEvent",
        "keywords": ["music", "singing"],
    },
    {
        "id": "harbour-sketching-2018",
        "title": text("Sketching the harbour with Dieppe", "Croquis du port, avec Dieppe"),
        "summary": text(
            "Sketchers from Dieppe come over on the morning ferry; draw the quays with them. Pencils for all.",
            "Des dessinateurs de Dieppe arrivent par le ferry du matin ; croquez les quais avec eux. Crayons prêtés.",
        ),
        "venue_id": "rnli-west-quay",
        "timings": _august([21], "09:30", "12:30"),
        "kind": "VisualArtsEvent",
        "keywords": ["drawing", "cross-channel"],
        "sailing_ids": ["dieppe-0530-2018-08-21"],
    },
    {
        "id": "harbour-tales-2018",
        "title": text("Harbour tales after work", "Histoires du port, après le travail"),
        "summary": text(
            "Seven people, seven minutes each: the strangest thing that ever came up the river.",
            "Sept personnes, sept minutes chacune : la chose la plus étrange que la rivière ait apportée.",
        ),
        "venue_id": "rnli-west-quay",
        "timings": _august([21], "18:00", "19:30"),
        "kind": "LiteraryEvent",
        "keywords": ["stories"],
    },
    {
        "id": "driftwood-puppets-2018",
        "title": text("Driftwood puppets", "Marionnettes de bois flotté"),
        "summary": text(
            "Children make a puppet out of what the tide left, and it gets a part in the play at noon.",
            "Les enfants fabriquent une marionnette avec ce que la marée a laissé ; à midi, elle entre en scène.",
        ),
        "venue_id": "hillcrest-centre",
        "timings": _august([22], "10:30", "12:30"),
        "kind": "ChildrensEvent",
        "keywords": ["children", "workshop"],
    },
    {
        "id": "bronze-pouring-2018",
        "title": text("Molten: pouring bronze", "En fusion : couler le bronze"),
        "summary": text(
            "Watch a small bronze being poured, from behind a rope, and hear it cool.",
            "Regardez couler un petit bronze, derrière une corde, et écoutez-le refroidir.",
        ),
        "venue_id": "denton-island-bandstand",
        "timings": _august([22], "18:00", "19:30"),
        "kind": "VisualArtsEvent",
        "keywords": ["makers", "metal"],
    },
    {
        "id": "silent-film-fort-2018",
        "title": text("Silent films, loud piano", "Films muets, piano sonore"),
        "summary": text(
            "Three silent comedies of the sea on the wall of the Fort, with a piano that keeps up. Bring a coat.",
            "Trois comédies muettes de la mer sur le mur du Fort, et un piano qui suit. Prenez un manteau.",
        ),
        "venue_id": "newhaven-fort",
        "timings": _august([22], "20:30", "22:15"),
        "kind": "ScreeningEvent",
        "keywords": ["film", "music"],
    },
    {
        "id": "bandstand-ceilidh-2018",
        "title": text("Ceilidh at the bandstand", "Bal folk au kiosque"),
        "summary": text(
            "A caller, a fiddle and a squeezebox. If you can walk you can dance this.",
            "Un meneur, un violon, un accordéon. Qui sait marcher saura danser.",
        ),
        "venue_id": "denton-island-bandstand",
        "timings": _august([23], "18:30", "20:30"),
        "kind": "DanceEvent",
        "keywords": ["dance", "music"],
    },
    {
        "id": "bat-walk-2018",
        "title": text("Bats over Castle Hill", "Chauves-souris sur Castle Hill"),
        "summary": text(
            "A slow walk at dusk with detectors that let you hear them. Stout shoes, no torches.",
            "Une marche lente au crépuscule, avec des détecteurs pour les entendre. Bonnes chaussures, pas de lampe.",
        ),
        "venue_id": "castle-hill",
        "timings": _august([23], "20:00", "21:30"),
        "kind": "Event",
        "keywords": ["nature", "walk"],
    },
    {
        "id": "shared-table-2018",
        "title": text("Fish, bread and chutney: a long table", "Poisson, pain et chutney : une grande tablée"),
        "summary": text(
            "One table for sixty on the island. Bring something to pass along; the fish is smoked on the spot.",
            "Une table de soixante sur l'île. Apportez de quoi partager ; le poisson est fumé sur place.",
        ),
        "venue_id": "denton-island-bandstand",
        "timings": _august([24], "12:30", "14:30"),
        "kind": "FoodEvent",
        "keywords": ["food"],
    },
    {
        "id": "port-plays-2018",
        "title": text("Night Boat: three one-act plays", "Bateau de nuit : trois pièces courtes"),
        "summary": text(
            "A customs officer, a stowaway and a honeymoon: three short plays in a tunnel of the Fort.",
            "Un douanier, un passager clandestin, une lune de miel : trois pièces courtes dans un tunnel du Fort.",
        ),
        "venue_id": "newhaven-fort",
        "timings": _august([24], "19:30", "21:30"),
        "kind": "TheaterEvent",
        "keywords": ["theatre"],
    },
    {
        "id": "pinhole-chalk-2018",
        "title": text("Chalk: pinhole photographs", "Craie : photographies au sténopé"),
        "summary": text(
            "The cliffs in exposures of a whole day, taken with cameras made of biscuit tins.",
            "Les falaises en poses d'une journée entière, prises avec des boîtes à biscuits.",
        ),
        "venue_id": "hillcrest-centre",
        "timings": _august([20, 21, 22, 23, 24], "10:00", "16:00"),
        "kind": "ExhibitionEvent",
        "keywords": ["photography", "nature"],
    },
]

EVENTS: list[Listing] = [
    *PUBLISHED,
    *({**event, "synthetic": True} for event in NAMED_IN_THE_KEYNOTE),
    *({**event, "synthetic": True, "source": MADE_UP} for event in _OTHERS),
]
"""In the order of their curators: ``curator-1`` has the first, ``curator-18`` the last."""

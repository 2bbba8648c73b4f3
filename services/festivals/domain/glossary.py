"""Words of events and places in French, under what they are called in English, so that titles can be compared.

Written for this purpose: what festivals in two harbour towns are called, not a dictionary. A word that is missing costs
some of the likeness of two titles, no more. What only says of which sort an event is, weighs less than a name.
"""

from __future__ import annotations

SORTS = """
art art | artist artiste | ball bal | band fanfare orchestre | brunch brunch | bring apporter | café cafe
choir chorale choeur | cinema cinema | circus cirque | class cours | clean nettoyage nettoyer | closing cloture
club club | comedy comedie humour | community communautaire | concert concert | conference conference
course course stage | craft artisanat artisanal | dance danse dansant | day jour journee | debate debat
demonstration demonstration | dinner diner | discovery decouverte | drawing dessin | evening soir soiree
event evenement | exhibition exposition expo | fair foire salon | family famille familial | festival festival
film film | fireworks artifice | food cuisine | free gratuit | fun rigolo | game jeu | gig concert
guided guide guidee | introduction initiation | launch lancement | lesson lecon | live direct | lunch dejeuner
market marche braderie | meeting reunion rencontre | morning matin matinee | music musique musical | night nuit
open ouvert ouverte | opening ouverture vernissage inauguration | outdoor plein | painting peinture | parade defile
party fete | performance spectacle | photo photo | photography photographie | picnic pique-nique piquenique
play piece | poetry poesie poeme | premiere premiere | presentation presentation | procession procession
programme programme | race course | reading lecture | recital recital | rehearsal repetition
screening projection seance | session seance atelier | show spectacle | singing chant chanter | song chanson
special special | story conte histoire recit | storytelling contes | street rue | studio atelier | summer ete
sunday dimanche | swim nage baignade | talk causerie conference | tasting degustation | theatre theatre
together ensemble | tour visite tour circuit | town ville | trail parcours sentier | training formation
trip sortie excursion | visit visite | walk promenade balade marche randonnee | week semaine | weekend week-end
winter hiver | workshop atelier | world monde | year annee
"""
"""What an event is, in general: an English word and its French ones, between bars."""

THINGS = """
air air | animal animal | apple pomme | autumn automne | bay baie | beach plage | bee abeille | bell cloche
belonging appartenance | bicycle velo cyclable | bike velo | bird oiseau | birdsong oiseau | black noir | blue bleu
boat bateau | book livre | bread pain | bridge pont | building batiment | butterfly papillon | cabin cabine
cake gateau | candle bougie | castle chateau | cat chat | centre centre | chalk craie | channel manche
cheese fromage | child enfant | children enfants | chocolate chocolat | church eglise | cider cidre | clay argile
cliff falaise | climate climat | cloud nuage | coast cote littoral | coffee cafe | colour couleur | cooking cuisine
corner coin | creature creature | crossing traversee | dawn aube | deep profond | dog chien | dream reve
drum tambour | dune dune | earth terre | east est | eel anguille | energy energie | fabric tissu | farm ferme
ferry ferry | field champ | fire feu | fish poisson | fisherman pecheur | fishing peche | flower fleur
folk folklore traditionnel | forest foret | fort fort | forgotten oublie | friend ami | garden jardin
ghost fantome | girl fille | glass verre | gold or | green vert | guitar guitare | gull mouette goeland | hall salle
hand main | harbour port | hat chapeau | heart coeur | heritage patrimoine | herring hareng | hidden cache
high haut | hill colline | history histoire | home maison | horse cheval | house maison | innovation innovation
island ile | kite cerf-volant cerfvolant | kitchen cuisine | knitting tricot | lake lac | lamp lampe
lantern lanterne lampion | last dernier | lens objectif | letter lettre | library bibliotheque mediatheque
life vie | light lumiere | lighthouse phare | lino lino linogravure | little petit | lost perdu | love amour
low bas | machine machine | man homme | map carte | marine marin | mask masque | memory memoire souvenir
mermaid sirene | mirror miroir | moon lune | mosaic mosaique | mountain montagne | museum musee
mushroom champignon | natural naturel | nature nature | neighbour voisin | net filet | new nouveau | north nord
ocean ocean | old vieux ancien | opera opera | organ orgue | oyster huitre | paper papier | park parc | path chemin
peace paix | pebble galet | people gens peuple | piano piano | pier jetee | pirate pirate | place lieu
plant plante | plastic plastique | poet poete | pond mare etang | port port | pottery poterie
print estampe gravure | printing impression | puppet marionnette | quay quai | rain pluie | record disque
recycling recyclage | red rouge | repair reparation reparer | reserve reserve | return retour | river riviere fleuve
road route | rock rocher | room salle | rope corde | sail voile | sailing voile | sailor matelot marin | salt sel
sand sable | school ecole | sculpture sculpture | sea mer | seagull mouette goeland | seal phoque
seaside balneaire | seaweed algue | secret secret | seed graine | shadow ombre | shanty marin | shell coquillage
shellfish coquillage | ship navire bateau | shop boutique | shore rivage rive | short court | side cote
silence silence | silent muet | silver argent | sky ciel | smuggler contrebandier | soup soupe | sound son
south sud | spring printemps | square place | stage scene | star etoile | station gare | stone pierre
storm tempete orage | sun soleil | sunrise aube lever | sunset coucher crepuscule | swap troc | tale conte | tea the
textile textile | tide maree | time temps | toy jouet | train train | travel voyage | tree arbre | tunnel tunnel
valley vallee | voice voix | war guerre | water eau | wave vague | weather meteo | weaving tissage | wheel roue
white blanc | wild sauvage | wildlife faune | wind vent | window fenetre | wine vin | woman femme | wood bois
word mot | work travail | yoga yoga | young jeune
"""
"""What events are about and what places are called after."""

SILENT = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "de",
        "des",
        "du",
        "d",
        "en",
        "et",
        "for",
        "from",
        "in",
        "into",
        "is",
        "l",
        "la",
        "le",
        "les",
        "au",
        "aux",
        "avec",
        "chez",
        "dans",
        "of",
        "on",
        "or",
        "our",
        "ou",
        "our",
        "par",
        "pour",
        "sur",
        "sous",
        "the",
        "their",
        "to",
        "un",
        "une",
        "vers",
        "with",
        "your",
        "votre",
        "vos",
        "nos",
        "notre",
        "ses",
        "son",
        "sa",
        "son",
        "this",
        "that",
        "ce",
        "cette",
        "s",
        "n",
    ]
)
"""Words that tell nothing, in either language."""


def _read(table: str) -> dict[str, str]:
    """Every word of a table to its English one; the first line that has a French word decides."""
    found: dict[str, str] = {}
    for entry in table.replace("\n", " | ").split("|"):
        english, *french = entry.split() or [""]
        for word in (english, *french):
            found.setdefault(word, english)
    found.pop("", None)
    return found


SORT = _read(SORTS)
THING = _read(THINGS)


def english_of(word: str) -> str:
    """The English word for a folded one, in the singular, where the glossary has it; else the word itself."""
    return _look_up(word) or word


def known(word: str) -> bool:
    """Whether the glossary has a folded word, in either language."""
    return _look_up(word) is not None


def _look_up(word: str) -> str | None:
    forms = (word, *(word.removesuffix(ending) for ending in ("s", "x", "es", "e")))
    return next((found for form in forms if (found := THING.get(form) or SORT.get(form))), None)


SORT_WORDS = frozenset(SORT.values())
"""The English words that only say of which sort an event is."""

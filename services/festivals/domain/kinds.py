"""What sorts of festivals and events there are."""

FESTIVAL_KINDS = ("cultural", "ecological", "cross-channel")

EVENT_KINDS = (
    "Event",
    "BusinessEvent",
    "ChildrensEvent",
    "ComedyEvent",
    "CourseInstance",
    "DanceEvent",
    "EducationEvent",
    "ExhibitionEvent",
    "FoodEvent",
    "LiteraryEvent",
    "MusicEvent",
    "SaleEvent",
    "ScreeningEvent",
    "SocialEvent",
    "SportsEvent",
    "TheaterEvent",
    "VisualArtsEvent",
)
"""schema.org's Event and those of its subtypes that a festival has."""

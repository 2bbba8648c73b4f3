"""What sorts of festivals and events there are."""

FESTIVAL_KINDS = ("cultural", "ecological", "cross-channel")

ACCESSIBILITY = ("hearing", "intellectual", "motor", "psychic", "visual")
"""What a venue is fit for: OpenAgenda's five codes of impairments."""

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

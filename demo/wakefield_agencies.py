"""Made-up agencies and schools of the Wakefield demo, across all 13 sectors. No name is that of a real school."""

from demo.names import words_of
from demo.people import Agency, plain_letters

_CYPS = "children_young_people_services"

SERVICES = (
    Agency("childrens-social-care", "Children’s social care", _CYPS, 96),
    Agency("early-help", "Early help service", _CYPS, 58),
    Agency("youth-service", "Youth service", _CYPS, 24),
    Agency("hospital-trust", "District hospital trust", "health", 120),
    Agency("community-health", "Community health service", "health", 110),
    Agency("mental-health-trust", "Children’s mental health service", "health", 45),
    Agency("ferry-lane-surgery", "Ferry Lane Surgery (made up)", "health", 22),
    Agency("hillbank-surgery", "Hillbank Surgery (made up)", "health", 38),
    Agency("st-hilds-nursery", "St Hild’s Nursery (made up)", "early_years", 11),
    Agency("puddle-lane-nursery", "Puddle Lane Nursery (made up)", "early_years", 14),
    Agency("childminder-network", "Childminder network", "early_years", 35),
    Agency("public-health", "Public health team", "public_health", 18),
    Agency("adult-services", "Adult services", "adult_services", 52),
    Agency("probation", "Probation, local unit", "probation", 30),
    Agency("police", "Police, local district", "police", 140),
    Agency("aire-youth-boats", "Aire Youth Boats (made up)", "voluntary_community", 6),
    Agency("castle-swim-club", "Castle Swim Club (made up)", "voluntary_community", 9),
    Agency("open-door-families", "Open Door Families (made up)", "voluntary_community", 28),
    Agency("lantern-advocacy", "Lantern Advocacy (made up)", "voluntary_community", 16),
    Agency("youth-justice", "Youth justice team", "youth_justice", 21),
    Agency("northmoor-homes", "Northmoor Homes (made up)", "housing", 40),
    Agency("fire", "Fire and rescue, local district", "fire", 12),
    Agency("licensing", "Licensing team", "other", 8),
    Agency("partnership-unit", "Partnership business unit", "other", 7),
)

_STEMS = words_of(
    "Northmoor, Thornbeck, Millrace, Oxgate, Fernbank, Coldwell, Harrow Beck, Elmcroft, Saltergate, Hazelrigg, Copley Edge, "
    "Whinmoor Bank, Aldersyke, Birkrigg, Carrfield, Dovecliff, Easterby, Foxholme, Grangebeck, Hollinroyd, Ivelet, "
    "Jackdaw Lane, Kestrelthwaite, Lindenthorpe, Marlbeck, Netherscar, Oakenrigg, Pennywell, Quarryside, Ravensike, "
    "Silverbirk, Tallow Hill, Underbank, Vetchfield, Wheatcroft Rise, Yewbarrow, Amblebeck, Brackenthwaite, Cinderford Road, "
    "Dunnockfield, Eskerdale, Fallowmere, Goldcrest, Hawksike, Inglebeck, Juniper Row, Kiln Garth, Larchgill, Mossgarth, "
    "Nuthatch Lane, Orchard Stile, Plumtree Gill, Redsike, Sandpiper, Thistlerigg, Upperthwaite, Violet Bank, Willowgarth, "
    "Yarrowfield, Applegarth Mere, Beckstone, Curlew Bridge, Dalesike, Elderthorpe, Flaxholme, Greenhowe, Heronsike, "
    "Ironwell, Jayfield, Knottbridge"
)


def _school(number: int, stem: str) -> Agency:
    """Of each ten schools seven are primary, two secondary and one is a special school; the last two are colleges."""
    if number >= len(_STEMS) - 2:
        phase, kind, staff = "college", "College", 90
    elif number % 10 in (3, 7):
        phase, kind, staff = "secondary", "High School", 78
    elif number % 10 == 9:
        phase, kind, staff = "special", "Special School", 46
    else:
        phase, kind, staff = "primary", "Primary School", 24
    key = f"{plain_letters(stem.replace(' ', '-'))}-{phase}"
    workforce = staff + number % 7 * 3
    return Agency(key, f"{stem} {kind} (made up)", "education", workforce, "school", phase, str(900001 + number))


SCHOOLS = tuple(_school(number, stem) for number, stem in enumerate(_STEMS))
"""70 schools and colleges. The first is the school of the DSL, headteacher and governor who can sign in."""

AGENCIES = (*SERVICES, *SCHOOLS)

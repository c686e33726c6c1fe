"""Names and job titles to draw made-up people from. A pairing that is also somebody’s real name is chance."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NameFamily:
    """Names that are often found together. `weight` is how often it is drawn; `own_script`: not in Latin letters."""

    weight: int
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    own_script: bool = False


def words_of(text: str) -> tuple[str, ...]:
    """The names in a text that has commas between them."""
    return tuple(name.strip() for name in text.split(","))


FAMILIES = (
    NameFamily(
        46,
        words_of(
            "Tom, Helen, Joanne, Hannah, Ellie, Ruth, Joan, Owen, Claire, Rebecca, Andrew, Stephen, Lucy, Emma, "
            "Laura, Gemma, Rachel, Kelly, Nicola, Daniel, Matthew, Christopher, Amy, Charlotte, Beth, Sarah-Jane, "
            "Alison, Julie, Karen, Michelle, Kirsty, Leanne, Natalie, Paula, Sally, Vicky, Adam, Ben, Craig, "
            "Dean, Gavin, Ian, Jack, Luke, Mark, Neil, Peter, Simon, Georgia, Holly, Jasmine, Megan, Zoë, Chloë, "
            "Frances, Dawn, Tracey, Louise, Robyn, Eve"
        ),
        words_of(
            "Ashworth, Ward, Kerr, Booth, Marsden, Lamb, Field, Hirst, Sykes, Armitage, Haigh, Beaumont, Dyson, "
            "Brook, Crowther, Sutcliffe, Barraclough, Holroyd, Firth, Lockwood, Thornton, Wainwright, Hepworth, "
            "Littlewood, Garside, Kaye, Shaw, Robson, Hartley, Greenwood, Naylor, Illingworth, Pickles, Ramsden, "
            "Schofield, Tordoff, Whiteley, Oldroyd, Fearnley, Clegg, Walker-Hughes, Stead, Midgley, Rushworth, "
            "Dobson, Peel, Swift, Tingle, Womersley, Yates"
        ),
    ),
    NameFamily(
        4,
        words_of("Siân, Rhys, Carys, Gareth, Bronwen, Huw, Ffion, Dylan, Nerys"),
        words_of("Morgan, Llewellyn, Pryce, Bowen, Griffiths, Vaughan, Prosser, Rees"),
    ),
    NameFamily(
        6,
        words_of("Siobhán, Róisín, Aoife, Niamh, Ciarán, Conor, Eilidh, Fergus, Mairead, Seán"),
        words_of("O’Neill, Gallagher, Brennan, MacLeod, Ó Briain, Doherty, Quigley, McAllister, Drummond"),
    ),
    NameFamily(
        14,
        words_of(
            "Amina, Bilal, Fatima, Imran, Nadia, Yusuf, Zainab, Hamza, Sadia, Tariq, Khadija, Usman, Shazia, "
            "Aisha, Mohammed, Rukhsana, Sajid, Noreen, Adeel, Hafsa"
        ),
        words_of(
            "Yusuf, Akhtar, Hussain, Iqbal, Mahmood, Khan, Shah, Rafiq, Malik, Sheikh, Aslam, Bashir, Chaudhry, "
            "Begum, Mirza, Qureshi, Saleem, Javed"
        ),
    ),
    NameFamily(
        6,
        words_of("Priya, Dev, Anjali, Rohan, Meera, Harpreet, Gurdeep, Simran, Nisha, Vikram, Jaspal, Kavita"),
        words_of("Nair, Patel, Kaur, Singh, Gill, Sharma, Desai, Mistry, Sandhu, Bhatt, Iyer"),
    ),
    NameFamily(
        8,
        words_of("Łukasz, Katarzyna, Tomasz, Agnieszka, Małgorzata, Paweł, Zofia, Grażyna, Michał, Joanna, Bartłomiej"),
        words_of("Zieliński, Nowak, Wójcik, Kowalska, Wiśniewska, Dąbrowski, Lewandowska, Szymańska, Żak, Jabłoński"),
    ),
    NameFamily(
        6,
        words_of("Grace, Ifeoma, Kwame, Adaeze, Tunde, Blessing, Abena, Chidi, Folake, Kofi, Yewande, Idris"),
        words_of("Adeyemi, Eze, Mensah, Okafor, Oyelaran, Boateng, Nwosu, Bello, Asante, Olawale, Danso"),
    ),
    NameFamily(
        3,
        words_of("Marcia, Desmond, Cherelle, Winston, Shanice, Delroy, Yvonne, Leroy"),
        words_of("Clarke, Campbell, Grant, St Hilaire, Bailey, Francis, Reid, Samuels"),
    ),
    NameFamily(
        3,
        words_of("Mei, Wei Ling, Jun, Xiu, Kai, Hoa, Linh, Jia Hui"),
        words_of("Chen, Tan, Li, Wong, Nguyễn, Trần, Lam, Zhang"),
    ),
    NameFamily(
        4,
        words_of("Ioana, Andrei, Jānis, Ilze, Oksana, Olena, Bohdan, Dovilė, Šárka, Jiří, Mădălina"),
        words_of("Popescu, Ionescu, Bērziņš, Kalniņa, Melnyk, Shevchenko, Kazlauskienė, Dvořák, Țurcanu"),
    ),
    NameFamily(
        3,
        words_of("Elif, Paul, Rojin, Azad, Layla, Hêlîn, Deniz, Maryam, Reza"),
        words_of("Demir, Yılmaz, Karim, Barzani, Ahmadi, Öztürk, Rahimi, Çelik"),
    ),
    NameFamily(
        2,
        words_of("Anneliese, João, Inês, Françoise, Søren, Björn, Lucía, Matteo"),
        words_of("Brandt, Gonçalves, d’Souza, Lefèvre, Sørensen, Núñez, van der Berg, De Luca"),
    ),
    NameFamily(1, ("محمد", "ليلى"), ("العلي", "حداد"), own_script=True),
)

ASCII_OF = {
    "محمد": "mohammed",
    "ليلى": "layla",
    "العلي": "al-ali",
    "حداد": "haddad",
    "ł": "l",
    "Ł": "l",
    "ø": "o",
    "Ø": "o",
    "ı": "i",
    "đ": "d",
    "Đ": "d",
}

JOB_TITLES = {
    "education": (
        "Teacher",
        "Teaching assistant",
        "Pastoral lead",
        "Learning mentor",
        "Attendance officer",
        "Head of year",
    ),
    "children_young_people_services": (
        "Social worker",
        "Senior social worker",
        "Family support worker",
        "Early help practitioner",
        "Youth worker",
        "Team manager",
    ),
    "early_years": ("Nursery manager", "Room leader", "Early years practitioner", "Childminder"),
    "health": (
        "Health visitor",
        "School nurse",
        "Midwife",
        "Paediatric nurse",
        "Mental health nurse",
        "Speech therapist",
    ),
    "public_health": ("Public health practitioner", "Health improvement officer"),
    "adult_services": ("Adult social worker", "Substance use worker", "Adult mental health worker"),
    "probation": ("Probation officer", "Probation services officer"),
    "police": ("Police constable", "Detective constable", "Police sergeant", "Community support officer"),
    "voluntary_community": ("Project worker", "Volunteer coordinator", "Club welfare officer", "Advocate"),
    "youth_justice": ("Youth justice officer", "Case manager"),
    "housing": ("Housing officer", "Tenancy support worker", "Neighbourhood officer"),
    "fire": ("Firefighter", "Prevention officer"),
    "other": ("Coordinator", "Officer", "Licensing officer"),
}

"""Words of cause and of praise: no sentence the product writes about a change may hold one of them."""

FORBIDDEN = (
    "caus", "because of", "led to", "leads to", "due to", "thanks to", "result of", "resulted", "effect", "impact",
    "improved by", "works", "worked", "proven", "proof", "proves", "significant", "successful", "positive", "made them",
    "!", "please note",
)  # fmt: skip

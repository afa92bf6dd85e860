"""How the desk's templates write dates, numbers, names and fields."""

from hypothesis import settings

# A test fails for what it computes, not for how busy the machine is.
settings.register_profile("models", deadline=None)
settings.load_profile("models")

"""Taking a clinic's own tables: clinics, doctors, who sees patients where and when, what is kept closed."""

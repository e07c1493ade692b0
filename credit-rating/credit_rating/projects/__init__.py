"""What estate-registry tells about the projects of a company: contracts and operator assignments."""

"""What is built from the project, and how it installs."""

# Doxygen 1.9 takes `a::inline b` for a namespace of that name, and "#" for a link to a symbol, and looks up
# the source of @copydoc outside of every namespace.
s/perjoule::inline v0/perjoule/
/^ *\/\/\//s/[.]md#\([a-z-]*\)/.md, section \1/
s/@copydoc /@copydoc perjoule::/

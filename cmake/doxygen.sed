# Doxygen 1.9 takes `a::inline b` for a namespace of that name, "#" for a link to a symbol, and looks for
# what is copied from outside of every namespace.
s/perjoule::inline v0/perjoule/
/^ *\/\/\//s/[.]md#\([a-z-]*\)/.md, section \1/
s/@copydoc /@copydoc perjoule::/

# Writes INPUT's bytes as a C++ string literal; called by tarn_embed.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "(................................................................)" "\\1\"\n\"" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${hex}")
file(SIZE ${INPUT} size)
file(WRITE ${OUTPUT} "#include <string_view>\nnamespace ${NAMESPACE} {\n"
  "extern const std::string_view ${NAME};\n"
  "const std::string_view ${NAME}(\"${bytes}\", ${size});\n}\n")

/** What a sheet of styles is to Node: names without looks. */
export default {};

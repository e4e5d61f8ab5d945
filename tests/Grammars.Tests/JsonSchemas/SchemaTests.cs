using ExpertCluster.Grammars.Sources;
using ExpertCluster.Grammars.Tests.Support;

namespace ExpertCluster.Grammars.Tests.JsonSchemas;

public sealed class SchemaTests
{
    [Theory]
    [InlineData("""{"type":"object"}""", """{}|{"a":1}|{ "a": [1, {"b": null}],\n  "c": "x" }""", """[]|1|{"a"}|{"a":1,}|{a:1}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}},"required":["a"],"additionalProperties":false}""",
        """{"a":1}|{"a": 1, "b": "x"}|{"a":-7,"b":""}|{ "a": 0 }""", """{}|{"b":"x"}|{"b":"x","a":1}|{"a":1.5}|{"a":01}|{"a":1,"c":2}|{"a":1,"b":2}""")]
    [InlineData("""{"type":"object","properties":{"a":{},"b":{},"c":{}},"required":["b"],"additionalProperties":false}""",
        """{"b":1}|{"a":1,"b":1}|{"b":1,"c":1}|{"a":1,"b":1,"c":1}""", """{"a":1}|{"a":1,"c":1}|{"b":1,}|{,"b":1}""")]
    [InlineData("""{"type":"object","properties":{"ab":{"type":"null"}}}""", """{}|{"ab":null}|{"abc":1}|{"a":1}|{"":1}|{"ab":null,"x":1,"y":2}""", """{"ab":1}|{"ab":null,"ab":1}|{"\u0061b":1}|{"x":1,"ab":1}""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"boolean"}}""", """{}|{"a":true,"b":false}""", """{"a":1}""")]
    [InlineData("""{"type":"object","required":["x"],"additionalProperties":{"type":"boolean"}}""", """{"x":true}|{"x":true,"y":false}""", """{}|{"y":true}|{"x":1}""")]
    [InlineData("""{"type":"array","items":{"type":"integer"}}""", """[]|[1]|[1,2, 3]|[ 1,\n\t2 ]""", """[1,]|[,1]|["a"]|1""")]
    [InlineData("""{"type":"array","minItems":2,"maxItems":3}""", """[1,2]|[1,[],{}]""", """[]|[1]|[1,2,3,4]""")]
    [InlineData("""{"type":"array","maxItems":0}""", "[]|[ ]", "[1]")]
    [InlineData("""{"type":"array","items":{"type":"null"},"minItems":40,"maxItems":41}""", "", "[]|[null]")]
    [InlineData("""{"type":"array","items":false}""", "[]", "[1]")]
    [InlineData("""{"type":"string"}""", "\"\"|\"aé日😀\"|\"\\n\\u00e9\\ud83d\\ude00\"", "\"\\ud83d\"|\"\n\"|a|\"\\x\"|\"")]
    [InlineData("""{"type":"string","minLength":2,"maxLength":3}""", "\"ab\"|\"日本語\"|\"😀\\n\"|\"\\ud83d\\ude00a\"", "\"a\"|\"abcd\"|\"😀\"|\"\\ud83d\\ude00\"")]
    [InlineData("""{"type":"string","pattern":"^[a-c]+$"}""", "\"abc\"", "\"\"|\"d\"|\"abcd\"")]
    [InlineData("""{"type":"string","pattern":"b\""}""", "\"b\\\"\"|\"abb\\\"c\"", "\"b\"|\"b\\\\\"")]
    [InlineData("""{"type":"string","pattern":"^a|b$"}""", "\"ax\"|\"xb\"|\"a\"", "\"xa\"|\"bx\"")]
    [InlineData("""{"type":"string","pattern":"[0-9]","maxLength":3}""", "\"a1b\"|\"9\"", "\"abc\"|\"a1bc\"")]
    [InlineData("""{"type":"string","pattern":"^(ab|c)+","maxLength":8}""", "\"ab\"|\"c::::::\"|\"abc\"", "\":c\"|\"\"|\"a\"|\"b\"")]
    [InlineData("""{"type":"string","pattern":"^(?:x(ab|c)+)$"}""", "\"xab\"|\"xccab\"", "\"x:c\"|\"xc:\"|\"\"|\"xa\"")]
    [InlineData("""{"type":"string","format":"date"}""", "\"2024-02-29\"|\"2023-12-31\"|\"2000-02-29\"", "\"2023-02-29\"|\"1900-02-29\"|\"2023-04-31\"|\"2023-13-01\"|\"23-01-01\"")]
    [InlineData("""{"type":"string","format":"date-time"}""", "\"2024-02-29T23:59:59Z\"|\"2024-02-29T00:00:00.123+02:00\"", "\"2024-02-29 00:00:00Z\"|\"2024-02-29T24:00:00Z\"")]
    [InlineData("""{"type":"string","format":"ipv6"}""", "\"::\"|\"::1\"|\"1::\"|\"1:2:3:4:5:6:7:8\"|\"1:2::7:8\"|\"fe80::1:2\"|\"1:2:3:4:5:6:7::\"", "\"1\"|\"1::2::3\"|\"1:2:3:4:5:6:7:8:9\"|\"12345::\"|\":::\"")]
    [InlineData("""{"type":"string","format":"ipv4"}""", "\"0.0.0.0\"|\"255.1.99.100\"", "\"256.1.1.1\"|\"01.1.1.1\"|\"1.1.1\"")]
    [InlineData("""{"type":"string","format":"duration"}""", "\"P1W\"|\"P1Y2M3DT4H5M6S\"|\"PT5M\"|\"P1D\"", "\"P\"|\"PT\"|\"P1YT\"|\"P1H\"|\"P1D2W\"")]
    [InlineData("""{"type":"string","format":"uuid"}""", "\"2eb8aa08-aa98-11ea-b4aa-73b441d16380\"", "\"2eb8aa08aa9811eab4aa73b441d16380\"")]
    [InlineData("""{"type":"integer"}""", "0|-1|12|9007199254740993", "01|1.0|1e5|-|+1")]
    [InlineData("""{"type":"integer","minimum":-3,"maximum":12}""", "-3|-1|0|9|10|12", "-4|13|100|-30|-0")]
    [InlineData("""{"type":"integer","exclusiveMinimum":99}""", "100|12345", "99|9|-100|0")]
    [InlineData("""{"type":"integer","exclusiveMaximum":-5}""", "-6|-10|-99", "-5|-4|0|1")]
    [InlineData("""{"type":"integer","minimum":1.5,"maximum":2.5}""", "2", "1|3")]
    [InlineData("""{"type":"integer","multipleOf":3,"minimum":1}""", "3|9|123", "0|1|10|-3")]
    [InlineData("""{"type":"number"}""", "0|-1.5|1e5|1.25E-3|0.001", ".5|1.|01|1e|NaN")]
    [InlineData("""{"type":"number","minimum":0,"maximum":1}""", "0|1|0.5|0.999|1.0|0.0", "1.1|2|-0.1|1.01|10")]
    [InlineData("""{"type":"number","minimum":-2.5,"exclusiveMaximum":3.25}""", "-2.5|-2.49|0|3|3.24|3.2499|-1", "-2.51|3.25|3.250|3.3|-3|4")]
    [InlineData("""{"type":"number","exclusiveMinimum":0}""", "0.1|0.001|1|10.5", "0|0.0|-1|0.00")]
    [InlineData("""{"type":"number","multipleOf":0.25}""", "0.25|1|1.5|-2.75|0", "0.3|1.26|0.2")]
    [InlineData("""{"type":"boolean"}""", "true|false", "null|1")]
    [InlineData("""{"type":["string","null"]}""", "null|\"a\"", "1|true")]
    [InlineData("""{"enum":["a",1,null,{"x":[1,"é"]}]}""", "\"a\"|1|null|{\"x\":[1,\"é\"]}", "\"b\"|2")]
    [InlineData("""{"type":"string","enum":["a",1]}""", "\"a\"", "1")]
    [InlineData("""{"const":"a\"b"}""", "\"a\\\"b\"", "\"a\"")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"null"}],"title":"T"}""", "1|null", "\"a\"")]
    [InlineData("""{"anyOf":[false,{"type":"null"}]}""", "null", "1")]
    [InlineData("""{"allOf":[{"type":"null"}]}""", "null", "1")]
    [InlineData("""{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"v":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]}},"required":["v","next"],"additionalProperties":false}}}""",
        """{"v":1,"next":null}|{"v":1,"next":{"v":2,"next":null}}""", """{"v":1}|{"v":1,"next":{"v":2}}""")]
    [InlineData("""{"properties":{"a":{"$ref":"#/definitions/x~1y%20z"}},"type":"object","additionalProperties":false,"definitions":{"x/y z":{"type":"null"}}}""", """{"a":null}|{}""", """{"a":1}""")]
    [InlineData("true", "1|[]|{\"a\":[null]}", "")]
    [InlineData("""{"minimum":5}""", "5|\"x\"|null|[1]", "4")]
    public void Schema_Texts_AreAllowedAsTheyAreValid(string schema, string allowed, string refused)
    {
        var grammar = Texts.Compile(GrammarSources.JsonSchema(schema, Texts.Budget));

        Assert.All(Split(allowed), text => Assert.True(grammar.Allows(text), text));
        Assert.All(Split(refused), text => Assert.False(grammar.Allows(text), text));
    }

    [Theory]
    [InlineData("""{"type":"object","patternProperties":{}}""", "#/patternProperties is not followed here; name the properties")]
    [InlineData("""{"properties":{"a":{"oneOf":[]}}}""", "#/properties/a/oneOf is not followed here")]
    [InlineData("""{"type":"string","maximun":3}""", "#/maximun is no keyword that is known here")]
    [InlineData("""{"type":"strng"}""", "#/type must be of object, array")]
    [InlineData("""{"type":"string","minLength":3,"maxLength":2}""", "#/maxLength is 2, below minLength, which is 3")]
    [InlineData("""{"type":"string","minLength":-1}""", "#/minLength must be a whole number of 0 to 1000000")]
    [InlineData("""{"type":"string","pattern":"(?=a)"}""", "#/pattern has an expression that looks ahead")]
    [InlineData("""{"type":"string","format":"iri"}""", "#/format is 'iri'; the formats that are followed are date, date-time")]
    [InlineData("""{"anyOf":[{"type":"null"}],"type":"object"}""", "#/type stands beside anyOf")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "#/$ref refers to a place that is not there")]
    [InlineData("""{"$ref":"other.json"}""", "#/$ref refers to another place")]
    [InlineData("""{"type":"array","uniqueItems":true}""", "#/uniqueItems is not followed")]
    [InlineData("""{"type":"object","required":["a"],"additionalProperties":false}""", "#/required names 'a'")]
    [InlineData("""{"type":"number","multipleOf":0}""", "#/multipleOf must be above 0")]
    [InlineData("""{"type":"number","multipleOf":0.12345}""", "has a multipleOf of 0.12345")]
    [InlineData("""{"type":"number","minimum":1e300}""", "#/minimum must be a number of at most 19 digits")]
    [InlineData("""{"allOf":[{},{}]}""", "#/allOf has several schemas")]
    [InlineData("""{"enum":["a\ud800"]}""", "has a schema with a string, or a name, that is not valid Unicode")]
    [InlineData("""{"properties":{"\udc00":{}}}""", "has a schema with a string, or a name, that is not valid Unicode")]
    [InlineData("""{"a\nb":{}}""", "is no keyword that is known here")]
    [InlineData("[]", "# must be an object, true or false")]
    [InlineData("{", "has a schema that is no JSON")]
    [InlineData("""{"type":"null","type":"string"}""", "has a schema that is no JSON")]
    [InlineData("false", "allows no text at all")]
    [InlineData("""{"enum":[]}""", "allows no text at all")]
    [InlineData("""{"type":"integer","minimum":3,"maximum":2}""", "allows no text at all")]
    [InlineData("""{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"}},"required":["next"]}}}""", "allows no text at all")]
    [InlineData("""{"$ref":"#"}""", "allows no text at all")]
    public void Schema_ThatCannotBeFollowed_IsRefusedByName(string schema, string message)
    {
        var error = Assert.Throws<GrammarException>(() => Texts.Compile(GrammarSources.JsonSchema(schema, Texts.Budget)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static string[] Split(string texts) => texts.Length == 0 ? [] : [.. texts.Split('|').Select(text => text.Replace("\\n  ", "\n  ", StringComparison.Ordinal).Replace("\\n\\t", "\n\t", StringComparison.Ordinal))];
}

using System.Text;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Chat.Diagnostics;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>tokenizer_config.json: the template's place, and the special tokens.</summary>
internal sealed class TokenizerConfigTarget(string folder) : FileTarget(folder, "tokenizer_config.json")
{
    public override string Name => "tokenizer-config";

    public override int Executions => 12000;

    public override bool IsJson => true;

    public override bool MayNamePaths => true;

    public override long MostAllocated(int length) => (1L << 20) + (2000L * length);

    public override IReadOnlyList<string> Words => ["chat_template", "bos_token", "eos_token", "unk_token", "content", "name", "template", "default", "{{ bos_token }}", "{% if", "<s>"];

    public override IEnumerable<byte[]> Seeds() =>
    [
        Demo("base", "tokenizer_config.json"),
        Encoding.UTF8.GetBytes("""{"bos_token":{"content":"<s>","lstrip":false},"eos_token":null,"chat_template":[{"name":"tool_use","template":"x"},{"name":"default","template":"{{ messages[0].content }}"}]}"""),
    ];

    public override Outcome Run(byte[] input)
    {
        Write(input);
        try
        {
            ChatTemplate.LoadFrom(File);
            return Outcome.Taken;
        }
        catch (ChatTemplateException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }
}

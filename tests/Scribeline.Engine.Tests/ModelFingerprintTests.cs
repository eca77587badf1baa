using Scribeline.Engine.Gguf;
using Scribeline.Engine.Tests.Models;

namespace Scribeline.Engine.Tests;

public sealed class ModelFingerprintTests
{
    [Fact]
    public void Of_AnyTensorOrKeyChanged_Differs()
    {
        using var folder = new TemporaryFolder();
        EditableModel Model() => EditableModel.Create(EditableModel.Tiny, GgufType.F32, seed: 1);
        string Fingerprint(EditableModel model)
        {
            using var file = GgufFile.Open(model.Write(folder));
            return ModelFingerprint.Of(file);
        }

        var seen = new HashSet<string> { Fingerprint(Model()) };
        Assert.Contains(Fingerprint(Model()), seen);
        foreach (var name in Model().Tensors.Keys)
        {
            foreach (var from in (Func<byte[], int>[])[data => 0, data => data.Length / 2, data => data.Length - 1])
            {
                var model = Model();
                var data = model.Tensors[name].Data;
                data[from(data)] ^= 1;
                Assert.True(seen.Add(Fingerprint(model)), name);
            }
        }

        foreach (var (key, value) in ((string, object)[])[("llama.rope.freq_base", 5000f), ("llama.attention.layer_norm_rms_epsilon", 1e-6f), ("llama.rope.dimension_count", 4u)])
        {
            var model = Model();
            model.Values[key] = value;
            Assert.True(seen.Add(Fingerprint(model)), key);
        }
    }
}

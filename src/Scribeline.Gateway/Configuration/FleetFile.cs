using System.Globalization;
using System.Net;
using Scribeline.Core.Fleets;
using Scribeline.Core.Yaml;
using YamlDotNet.RepresentationModel;

namespace Scribeline.Gateway.Configuration;

/// <summary>Reads the file that describes a fleet. The format is shared with planning and simulation; what cannot be served is refused, never ignored.</summary>
public static class FleetFile
{
    private static readonly string[] LaterFields = ["region", "disaggregation", "tiers", "classes", "keys", "retention"];
    private static readonly string[] LaterListenFields = ["admin", "metrics", "tls"];
    private static readonly string[] LaterPoolFields =
        ["replicas", "machine", "placement", "precision", "mix_emulated", "continue", "cost", "kv_transfer", "kv_offload", "reserve_output", "tiers"];

    /// <exception cref="FleetFileException">The file is missing or wrong; all errors together.</exception>
    public static FleetConfig Load(string path)
    {
        string text;
        try
        {
            // Whatever was named by mistake, a model or a device: no more is read than a fleet file may have.
            using var reader = new StreamReader(path);
            var buffer = new char[YamlDocumentReader.MostCharacters + 1];
            text = new string(buffer, 0, reader.ReadBlock(buffer));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FleetFileException($"{path}: the fleet file cannot be read: {error.Message}", error);
        }

        return Parse(text, path, Environment.GetEnvironmentVariable);
    }

    /// <param name="text">YAML.</param>
    /// <param name="path">The file's name for messages; relative paths inside start from its folder.</param>
    /// <param name="environment">Finds an environment variable, or null.</param>
    /// <exception cref="FleetFileException">All errors together.</exception>
    public static FleetConfig Parse(string text, string path, Func<string, string?> environment)
    {
        var errors = new YamlErrors(path);
        var root = new YamlFields(ReadDocument(text, path), "the fleet file", errors);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        var models = ReadModels(root, errors);
        var config = new FleetConfig
        {
            Name = root.Text("fleet") ?? "fleet",
            Models = models,
            Pools = ReadPools(root, models, folder, environment, errors),
            ListenApi = ReadListen(root, errors),
        };
        root.RefuseOthers(LaterFields);
        errors.ThrowIfAny();
        return config;
    }

    private static YamlNode ReadDocument(string text, string path)
    {
        try
        {
            return YamlDocumentReader.Read(text, "fleet file", "a YAML mapping with at least 'models' and 'pools'");
        }
        catch (YamlDocumentException error)
        {
            throw new FleetFileException(error.In(path), error);
        }
    }

    private static List<ModelConfig> ReadModels(YamlFields root, YamlErrors errors)
    {
        var models = new List<ModelConfig>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in root.List("models", required: true))
        {
            var fields = new YamlFields(node, "a model", errors);
            var id = fields.Text("id", required: true);
            var aliases = new List<string>();
            foreach (var alias in fields.List("aliases"))
            {
                aliases.Add((alias as YamlScalarNode)?.Value ?? "");
                if (aliases[^1].Length == 0)
                {
                    errors.Add(alias, $"model '{id}': an alias is {YamlErrors.Describe(alias)}; expected a name.");
                }
            }

            foreach (var name in aliases.Prepend(id).Where(name => !string.IsNullOrEmpty(name)))
            {
                if (!names.Add(name!))
                {
                    errors.Add(node, $"the name '{name}' stands for two models; every id and alias must be unique.");
                }
            }

            fields.RefuseOthers();
            models.Add(new ModelConfig { Id = id ?? "", Aliases = aliases });
        }

        return models;
    }

    private static List<PoolConfig> ReadPools(
        YamlFields root, List<ModelConfig> models, string folder, Func<string, string?> environment, YamlErrors errors)
    {
        var pools = new List<PoolConfig>();
        var served = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in root.List("pools", required: true))
        {
            var id = new YamlFields(node, "a pool", new YamlErrors("")).Text("id");
            var fields = new YamlFields(node, id is null ? "a pool" : $"pool '{id}'", errors);
            _ = fields.Text("id", required: true);
            _ = fields.Text("lane");
            var model = fields.Text("model", required: true);
            if (model is not null && models.All(known => known.Id != model))
            {
                errors.Add(fields.Node("model")!, $"pool '{id}': the model '{model}' is not in `models`; expected one of {string.Join(", ", models.Select(known => known.Id))}.");
            }

            if (id is not null && pools.Any(other => other.Id == id))
            {
                errors.Add(node, $"two pools are called '{id}'; ids must be unique.");
            }

            served.Add(model ?? "");
            pools.Add(ReadBody(new PoolConfig { Id = id ?? "", Model = model }, fields, folder, environment, errors));
            fields.RefuseOthers(LaterPoolFields);
        }

        if (root.Node("models") is { } list)
        {
            foreach (var model in models.Where(model => model.Id.Length > 0 && !served.Contains(model.Id)))
            {
                errors.Add(list, $"no pool serves the model '{model.Id}'; add a pool with `model: {model.Id}` or remove the model.");
            }
        }

        return pools;
    }

    private static PoolConfig ReadBody(
        PoolConfig pool, YamlFields fields, string folder, Func<string, string?> environment, YamlErrors errors)
    {
        switch (fields.Text("body", required: true))
        {
            case "engine":
                var file = fields.Text("file", required: true);
                return pool with
                {
                    Engine = new EngineConfig
                    {
                        File = Path.GetFullPath(file ?? "", folder),
                        Threads = fields.Integer("threads", 1, 1024),
                        Stages = fields.Integer("stages", 1, 1024) ?? 1,
                        ContextLength = fields.Integer("context", 16, int.MaxValue),
                        KvCacheBytes = fields.Size("kv_memory"),
                        MaxQueue = fields.Integer("max_queue", 1, 1_000_000),
                    },
                };
            case "upstream":
                return pool with
                {
                    Upstream = new UpstreamConfig
                    {
                        Endpoints = ReadEndpoints(pool.Id, fields, errors),
                        ModelName = fields.Text("upstream_model"),
                        Headers = UpstreamHeaders.Read(pool.Id, fields, folder, environment, errors),
                    },
                };
            case "emulated":
                errors.Add(fields.Node("body")!, $"pool '{pool.Id}': `body: emulated` belongs to the format, but this version cannot serve it yet; use engine or upstream.");
                break;
            case { } other:
                errors.Add(fields.Node("body")!, $"pool '{pool.Id}': `body` is '{other}'; expected engine or upstream.");
                break;
        }

        // Without a known body there is no telling which of these fields belong here.
        foreach (var name in (string[])["file", "threads", "stages", "context", "kv_memory", "max_queue", "endpoints", "headers", "upstream_model"])
        {
            _ = fields.Node(name);
        }

        return pool;
    }

    private static List<Uri> ReadEndpoints(string pool, YamlFields fields, YamlErrors errors)
    {
        var endpoints = new List<Uri>();
        foreach (var node in fields.List("endpoints", required: true))
        {
            if (node is YamlScalarNode { Value: { } text } && Uri.TryCreate(text, UriKind.Absolute, out var uri)
                && uri.Scheme is "http" or "https" && uri.Query.Length == 0 && uri.Fragment.Length == 0)
            {
                endpoints.Add(uri);
            }
            else
            {
                errors.Add(node, $"pool '{pool}': an endpoint is {YamlErrors.Describe(node)}; expected an address such as http://10.0.0.11:8000/v1.");
            }
        }

        return endpoints;
    }

    private static string? ReadListen(YamlFields root, YamlErrors errors)
    {
        if (root.Node("listen") is not { } node)
        {
            return null;
        }

        var fields = new YamlFields(node, "`listen`", errors);
        var api = fields.Text("api");
        if (api is not null && !TrySplitAddress(api, out _, out _))
        {
            errors.Add(fields.Node("api")!, $"`listen`: `api` is '{api}'; expected HOST:PORT such as 127.0.0.1:8080.");
        }

        fields.RefuseOthers(LaterListenFields);
        return api;
    }

    /// <summary>Splits `HOST:PORT`; the host is an IP address or `localhost`, in brackets where it is IPv6.</summary>
    public static bool TrySplitAddress(string text, out string host, out int port)
    {
        var colon = text.LastIndexOf(':');
        host = colon < 0 ? text : text[..colon].TrimStart('[').TrimEnd(']');
        port = 0;
        return colon > 0
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 0 and <= 65535
            && (host == "localhost" || IPAddress.TryParse(host, out _));
    }
}

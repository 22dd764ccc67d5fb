// Float inference of the networks that MicroLake's inference benchmark runs, by OpenBLAS and by oneDNN on the host, single thread.
// Prints a line for each network, batch and library, microseconds per batch:
//   figure NAME us MIN MEDIAN MAX LIBRARY
// Arguments: number of samples, microseconds of a sample, names of the libraries to time.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

#include <cblas.h>
#include <oneapi/dnnl/dnnl.hpp>

namespace {

using floats = std::vector<float>;

struct network {
    int inputs, hidden, outputs, batch;
    floats w1, b1, w2, b2, x;  // w1 [inputs][hidden], w2 [hidden][outputs], x [batch][inputs]
};

float next_value()
{
    static uint32_t state = 1;
    state = state * 1664525u + 1013904223u;
    return ((state >> 8) / 16777216.0f - 0.5f) * 0.2f;
}

floats random_floats(int count)
{
    floats values(count);
    std::generate(values.begin(), values.end(), next_value);
    return values;
}

floats transposed(const floats &m, int rows, int columns)
{
    floats t(m.size());
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            t[j * rows + i] = m[i * columns + j];
    return t;
}

// The same by its definition, in double.
bool is_right(const network &n, const floats &y)
{
    for (int row = 0; row < n.batch; row++)
        for (int o = 0; o < n.outputs; o++) {
            double sum = n.b2[o];
            for (int j = 0; j < n.hidden; j++) {
                double unit = n.b1[j];
                for (int i = 0; i < n.inputs; i++)
                    unit += double(n.x[row * n.inputs + i]) * n.w1[i * n.hidden + j];
                sum += std::max(unit, 0.0) * n.w2[j * n.outputs + o];
            }
            if (!(std::fabs(y[row * n.outputs + o] - sum) <= 1e-4))
                return false;
        }
    return true;
}

double now()
{
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class Forward>
void measure(const network &n, const char *library, int samples, double sample_us, const floats &y, Forward forward)
{
    std::string name = "infer." + std::to_string(n.inputs) + "_" + std::to_string(n.hidden) + "_" + std::to_string(n.outputs) + ".b" + std::to_string(n.batch) + ".host";
    forward();
    if (!is_right(n, y)) {
        std::printf("failed: %s computes %s wrongly\n", library, name.c_str());
        return;
    }

    long runs = 1;
    for (double spent = 0; spent < sample_us; runs *= 2) {
        double start = now();
        for (long i = 0; i < runs; i++)
            forward();
        spent = now() - start;
        if (spent >= sample_us)
            break;
    }

    std::vector<double> taken(samples);
    for (double &sample : taken) {
        double start = now();
        for (long i = 0; i < runs; i++)
            forward();
        sample = (now() - start) / runs;
    }
    std::sort(taken.begin(), taken.end());
    std::printf("figure %s us %.6g %.6g %.6g %s\n", name.c_str(), taken.front(), taken[samples / 2], taken.back(), library);
}

void run_openblas(const network &n, const char *library, int samples, double sample_us)
{
    floats hidden(n.batch * n.hidden), y(n.batch * n.outputs), w2t = transposed(n.w2, n.hidden, n.outputs);
    measure(n, library, samples, sample_us, y, [&] {
        float *h = hidden.data();
        for (int row = 0; row < n.batch; row++)
            std::memcpy(h + row * n.hidden, n.b1.data(), n.hidden * sizeof(float));
        if (n.batch == 1)
            cblas_sgemv(CblasRowMajor, CblasTrans, n.inputs, n.hidden, 1, n.w1.data(), n.hidden, n.x.data(), 1, 1, h, 1);
        else
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n.batch, n.hidden, n.inputs, 1, n.x.data(), n.inputs, n.w1.data(), n.hidden, 1, h, n.hidden);
        for (int i = 0; i < n.batch * n.hidden; i++)
            h[i] = h[i] > 0 ? h[i] : 0;
        for (int row = 0; row < n.batch; row++)
            std::memcpy(y.data() + row * n.outputs, n.b2.data(), n.outputs * sizeof(float));
        if (n.batch == 1)
            cblas_sgemv(CblasRowMajor, CblasNoTrans, n.outputs, n.hidden, 1, w2t.data(), n.hidden, h, 1, 1, y.data(), 1);
        else
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n.batch, n.outputs, n.hidden, 1, h, n.hidden, n.w2.data(), n.outputs, 1, y.data(), n.outputs);
    });
}

// An inner product with its weights in the layout that the library asks for, and the ReLU fused.
struct dense_layer {
    dnnl::inner_product_forward product;
    std::unordered_map<int, dnnl::memory> arguments;

    dense_layer(dnnl::engine &engine, dnnl::stream &stream, int batch, int in, int out, bool relu, floats &weights, floats &bias, float *from, float *to)
    {
        using dnnl::memory;
        const auto f32 = memory::data_type::f32;
        using tag = memory::format_tag;
        dnnl::primitive_attr attributes;
        if (relu) {
            dnnl::post_ops after;
            after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
            attributes.set_post_ops(after);
        }
        dnnl::inner_product_forward::desc shape(dnnl::prop_kind::forward_inference, memory::desc({batch, in}, f32, tag::ab),
            memory::desc({out, in}, f32, tag::any), memory::desc({out}, f32, tag::a), memory::desc({batch, out}, f32, tag::ab));
        dnnl::inner_product_forward::primitive_desc chosen(shape, attributes, engine);
        product = dnnl::inner_product_forward(chosen);

        memory plain(memory::desc({out, in}, f32, tag::ba), engine, weights.data()), packed(chosen.weights_desc(), engine);
        dnnl::reorder(plain, packed).execute(stream, plain, packed);
        stream.wait();
        arguments = {
            {DNNL_ARG_SRC, memory(chosen.src_desc(), engine, from)},
            {DNNL_ARG_WEIGHTS, packed},
            {DNNL_ARG_BIAS, memory(chosen.bias_desc(), engine, bias.data())},
            {DNNL_ARG_DST, memory(chosen.dst_desc(), engine, to)},
        };
    }
};

void run_onednn(network &n, const char *library, int samples, double sample_us)
{
    floats hidden(n.batch * n.hidden), y(n.batch * n.outputs);
    dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    dnnl::stream stream(engine);
    dense_layer first(engine, stream, n.batch, n.inputs, n.hidden, true, n.w1, n.b1, n.x.data(), hidden.data());
    dense_layer second(engine, stream, n.batch, n.hidden, n.outputs, false, n.w2, n.b2, hidden.data(), y.data());
    measure(n, library, samples, sample_us, y, [&] {
        first.product.execute(stream, first.arguments);
        second.product.execute(stream, second.arguments);
        stream.wait();
    });
}

}

int main(int count, char **arguments)
{
    if (count < 4) {
        std::fprintf(stderr, "usage: infer SAMPLES MICROSECONDS openblas|onednn...\n");
        return 2;
    }
    const int samples = std::max(1, std::atoi(arguments[1]));
    const double sample_us = std::atof(arguments[2]);
    const int shapes[][3] = {{31, 256, 2}, {15, 10, 1}};
    for (const auto &shape : shapes)
        for (int batch : {1, 8, 64, 512}) {
            network n{shape[0], shape[1], shape[2], batch, random_floats(shape[0] * shape[1]), random_floats(shape[1]),
                random_floats(shape[1] * shape[2]), random_floats(shape[2]), random_floats(batch * shape[0])};
            for (int i = 3; i < count; i++) {
                // "openblas-NAME" is OpenBLAS told by its environment to use the kernels of NAME.
                if (!std::strncmp(arguments[i], "openblas", 8))
                    run_openblas(n, arguments[i], samples, sample_us);
                else
                    run_onednn(n, arguments[i], samples, sample_us);
            }
        }
    return 0;
}
